import type { Limiter, LoopView } from '#libs/simulation';
import { clip, type Range } from './peer.ts';

export interface CrawleeConfig extends Range {
  /** Whether processor load counts; here the GPU's utilisation stands in for it. */
  readonly cpu: boolean;
}

interface Snapshot {
  readonly at: number;
  readonly memory: boolean;
  readonly cpu: boolean;
}

const longMs = 30_000;
const shortMs = 5000;
const scaleEveryMs = 10_000;

/**
 * Crawlee's concurrency system (packages/core/src/autoscaling). A snapshot a second says whether memory is above 0.9 and the
 * processor above 0.95; overloaded: memory in more than 20 % of them, or the processor in more than 40 %. Each 10 s, over
 * the last 30 s, by ⌈0.05·L⌉:
 *   overloaded: down;  else, if I ≥ ⌊0.9·L⌋: up
 * Overloaded over the last 5 s: nothing starts beyond the minimum.
 */
export class Crawlee implements Limiter {
  readonly tickMs = 1000;
  readonly #config: CrawleeConfig;
  #limit: number;
  #snapshots: Snapshot[] = [];

  constructor(config: CrawleeConfig) {
    this.#config = config;
    this.#limit = config.start;
  }

  get limit(): number {
    return this.#limit;
  }

  mayStart(_t: number, { inFlight }: LoopView): boolean {
    return inFlight < this.#config.min || !this.#overloaded(shortMs);
  }

  tick(t: number, view: LoopView): void {
    this.#take(view);
    if (t % scaleEveryMs !== 0) return;
    const step = Math.ceil(0.05 * this.#limit);
    const used = view.inFlight >= Math.floor(0.9 * this.#limit);
    const { min, max } = this.#config;
    if (this.#overloaded(longMs)) this.#limit = clip(this.#limit - step, min, max);
    else if (used) this.#limit = clip(this.#limit + step, min, max);
  }

  #take({ device, capacity }: LoopView): void {
    if (device === undefined || device.at === this.#snapshots.at(-1)?.at) return;
    const { at, memoryUsed, utilization } = device;
    this.#snapshots = this.#snapshots.filter((snapshot) => at - snapshot.at <= longMs);
    const cpu = this.#config.cpu && utilization > 0.95;
    this.#snapshots.push({ at, memory: memoryUsed > 0.9 * capacity, cpu });
  }

  #overloaded(withinMs: number): boolean {
    const latest = this.#snapshots.at(-1);
    if (latest === undefined) return false;
    const within = this.#snapshots.filter(({ at }) => latest.at - at <= withinMs);
    // A snapshot speaks for the time since the one before; the oldest, unless it is alone, for none.
    const speaking = within.length > 1 ? within.slice(1) : within;
    const share = (signal: 'memory' | 'cpu'): number =>
      speaking.filter((snapshot) => snapshot[signal]).length / speaking.length;
    return share('memory') > 0.2 || share('cpu') > 0.4;
  }
}
