import type { Limiter } from '#libs/simulation';
import { clip, type Range } from './peer.ts';

/**
 * The example in RunPod's documentation (`runpod/docs` serverless/workers/concurrent-handler.mdx), with its request rate
 * measured as the same page proposes. Once a second:
 *   more than 50 starts in the last 60 s: L + 1; else L − 1; within 1..10
 */
export class RunPodExample implements Limiter {
  readonly tickMs = 1000;
  readonly #range: Range;
  #limit: number;
  #starts: number[] = [];

  constructor(range: Range) {
    this.#range = range;
    this.#limit = range.start;
  }

  get limit(): number {
    return this.#limit;
  }

  started(t: number): void {
    this.#starts.push(t);
  }

  tick(t: number): void {
    this.#starts = this.#starts.filter((start) => start > t - 60_000);
    const step = this.#starts.length > 50 ? 1 : -1;
    this.#limit = clip(this.#limit + step, this.#range.min, this.#range.max);
  }
}
