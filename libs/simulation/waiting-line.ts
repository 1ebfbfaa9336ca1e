import type { PlantJob } from './jobs.ts';
import type { Random } from './random.ts';
import type { Arrival, Scenario } from './scenario.ts';

/** A job in the queue; `late` after `due` (ms), counted from its arrival where jobs arrive, else from its start. */
export interface WaitingJob {
  readonly job: PlantJob;
  readonly arrivedAt: number | undefined;
}

/** What a queue that never empties reports. */
const endlessQueue = { waiting: 1000, oldest: 0 };

/**
 * The queue in front of a simulated device: an endless backlog, or first come first served. A job whose deadline has passed
 * when it comes to the head is dropped.
 */
export class WaitingLine {
  dropped = 0;
  readonly #scenario: Scenario;
  readonly #random: Random;
  readonly #next: (() => Arrival | undefined) | undefined;
  #upcoming: Arrival | undefined;
  #line: Arrival[] = [];
  #head = 0;
  #drawn: WaitingJob | undefined;

  constructor(scenario: Scenario, random: Random) {
    this.#scenario = scenario;
    this.#random = random;
    this.#next = scenario.arrivals?.(random);
    this.#upcoming = this.#next?.();
  }

  /** When the next job arrives; Infinity where nothing more does. */
  get nextArrivalAt(): number {
    return this.#upcoming?.at ?? Infinity;
  }

  depth(t: number): { readonly waiting: number; readonly oldest: number } {
    if (this.#next === undefined) return endlessQueue;
    const first = this.#line[this.#head];
    return { waiting: this.#line.length - this.#head, oldest: first === undefined ? 0 : t - first.at };
  }

  /** Moves what has arrived by `t` into the line. */
  arrive(t: number): void {
    while (this.#upcoming !== undefined && this.#upcoming.at <= t) {
      this.#line.push(this.#upcoming);
      this.#upcoming = this.#next?.();
    }
  }

  /** The job that may start next; undefined while none waits. */
  first(t: number): WaitingJob | undefined {
    if (this.#next === undefined) {
      this.#drawn ??= { job: this.#scenario.jobs(this.#random, t), arrivedAt: undefined };
      return this.#drawn;
    }
    for (;;) {
      const head = this.#line[this.#head];
      if (head === undefined) return undefined;
      if (t - head.at <= (head.job.deadline ?? Infinity)) {
        if (this.#drawn?.job !== head.job) this.#drawn = { job: head.job, arrivedAt: head.at };
        return this.#drawn;
      }
      this.dropped += 1;
      this.#shift();
    }
  }

  /** Takes the first away: it starts. */
  shift(): void {
    this.#drawn = undefined;
    if (this.#next !== undefined) this.#shift();
  }

  #shift(): void {
    this.#head += 1;
    if (this.#head < 1024) return;
    this.#line = this.#line.slice(this.#head);
    this.#head = 0;
  }
}
