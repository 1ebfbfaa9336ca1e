import type { EndedJob, Limiter } from '#libs/simulation';
import { Correlation } from './correlation.ts';
import { logStep } from './log-step.ts';
import { clip, type Range } from './peer.ts';
import { quantile } from './quantile.ts';
import { WarmAverage } from './warm-average.ts';

export interface FailsafeConfig extends Range {
  /** Fewest jobs in a window. */
  readonly jobs: number;
}

/**
 * failsafe-go's adaptive limiter (adaptivelimiter/adaptivelimiter.go). A window ends with at least 50 jobs and after twice
 * its shortest job, 1..30 s. ℓ = max(1, ⌊log10 L⌋), I the most in flight in the window:
 *   recent = EMA_5(median_5(p90 of R));  base = EMA_10(recent);  Q = ⌈L·(1 − base/recent)⌉;  X = I/recent
 *   Q > 6ℓ, or full and corr(I, X) < 0, or full and corr(I, R) > 0.5 with corr(I, X) < 0.3 or CV(X) < 0.2: −ℓ
 *   else Q < 3ℓ: +ℓ.  Wherever that is beyond 5·I: −ℓ.
 * What was dropped is no sample.
 */
export class Failsafe implements Limiter {
  readonly tickMs = Infinity;
  readonly #config: FailsafeConfig;
  readonly #recent = new WarmAverage(5);
  readonly #base = new WarmAverage(10);
  readonly #throughputs = new Correlation();
  readonly #services = new Correlation();
  #limit: number;
  #window: number[] = [];
  #mostInFlight = 0;
  #slow: number[] = [];
  #notBefore = 0;

  constructor(config: FailsafeConfig) {
    this.#config = config;
    this.#limit = config.start;
  }

  get limit(): number {
    return this.#limit;
  }

  ended({ t, service, late, lost, inFlightAtStart, inFlight }: EndedJob): void {
    if (!late && !lost) {
      this.#window.push(service);
      this.#mostInFlight = Math.max(this.#mostInFlight, inFlightAtStart);
    }
    if (t <= this.#notBefore || this.#window.length < this.#config.jobs) return;
    this.#move(this.#smoothed(), inFlight >= Math.floor(this.#limit));
    this.#notBefore = t + clip(2 * Math.min(...this.#window), 1000, 30_000);
    this.#window = [];
    this.#mostInFlight = 0;
  }

  #smoothed(): number {
    const latest = quantile(this.#window, 0.9);
    this.#slow = [...this.#slow, latest].slice(-5);
    return this.#recent.add(this.#slow.length < 5 ? latest : quantile(this.#slow, 0.5));
  }

  #move(recent: number, full: boolean): void {
    const step = logStep(this.#limit);
    const moved = this.#limit + step * this.#direction(recent, full);
    const { min, max } = this.#config;
    this.#limit = clip(moved > 5 * this.#mostInFlight ? this.#limit - step : moved, min, max);
  }

  #direction(recent: number, full: boolean): -1 | 0 | 1 {
    const inFlight = this.#mostInFlight;
    const queue = Math.ceil(this.#limit * (1 - this.#base.add(recent) / recent));
    const throughput = this.#throughputs.add(inFlight, inFlight / recent);
    const service = this.#services.add(inFlight, recent);
    const step = logStep(this.#limit);
    if (queue > 6 * step) return -1;
    if (full && throughput.r < 0) return -1;
    if (full && service.r > 0.5 && (throughput.r < 0.3 || throughput.variation < 0.2)) return -1;
    return queue < 3 * step ? 1 : 0;
  }
}
