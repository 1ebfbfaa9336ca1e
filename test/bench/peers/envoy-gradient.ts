import type { EndedJob, Limiter, Random } from '#libs/simulation';
import { clip } from './peer.ts';
import { quantile } from './quantile.ts';

export interface EnvoyConfig {
  readonly start: number;
  /** The limit while the least service time is measured, and the lowest there is. */
  readonly floor: number;
  readonly max: number;
  /** Jobs in one measurement. */
  readonly samples: number;
}

const measureEveryMs = 60_000;

/**
 * Envoy's gradient_controller (adaptive concurrency filter). Every 60 s + up to 15 % of jitter the limit falls to its floor
 * until 50 jobs that started since have ended; their median is minRTT. Otherwise, every 0.1 s in which jobs ended:
 *   g = clip(1.25·minRTT/median, 0.5, 2);  L ← ⌊g·L + √(g·L)⌋
 * Jobs from before the measurement are no samples. Five updates in a row at the floor start a measurement at once.
 */
export class EnvoyGradient implements Limiter {
  readonly tickMs = 100;
  readonly #config: EnvoyConfig;
  readonly #random: Random;
  #limit: number;
  #samples: number[] = [];
  #leastMedian = 0;
  /** The limit to return to; undefined unless measuring. */
  #after: number | undefined;
  #since = 0;
  #nextMeasurement = Infinity;
  #updatesAtFloor = 0;

  constructor(config: EnvoyConfig, random: Random) {
    this.#config = config;
    this.#random = random;
    this.#limit = config.start;
    this.#measure(0);
  }

  get limit(): number {
    return this.#limit;
  }

  ended({ t, start, service, lost }: EndedJob): void {
    if (lost || start < this.#since) return;
    this.#samples.push(service);
    if (this.#after === undefined || this.#samples.length < this.#config.samples) return;
    this.#leastMedian = this.#takeMedian();
    this.#limit = this.#after;
    this.#after = undefined;
    this.#nextMeasurement = t + measureEveryMs * (1 + 0.15 * this.#random.uniform());
  }

  tick(t: number): void {
    if (this.#after !== undefined) return;
    if (t >= this.#nextMeasurement) this.#measure(t);
    else if (this.#samples.length > 0) this.#update(t);
  }

  #measure(t: number): void {
    this.#after = this.#limit;
    this.#limit = this.#config.floor;
    this.#samples = [];
    this.#since = t;
    this.#updatesAtFloor = 0;
  }

  #update(t: number): void {
    const { floor, max } = this.#config;
    const before = this.#limit;
    const scaled = before * clip((1.25 * this.#leastMedian) / this.#takeMedian(), 0.5, 2);
    this.#limit = clip(Math.floor(scaled + Math.sqrt(scaled)), floor, max);
    this.#updatesAtFloor = before === floor && this.#limit === floor ? this.#updatesAtFloor + 1 : 0;
    if (this.#updatesAtFloor >= 5) this.#nextMeasurement = t;
  }

  #takeMedian(): number {
    const median = quantile(this.#samples, 0.5);
    this.#samples = [];
    return median;
  }
}
