import type { Job } from '#libs/core';
import type { AttemptContext, AttemptResult, Handler, HandlerFacts } from '#libs/handlers';
import type { Plant, PlantConfig, PlantEnd } from '#libs/simulation';
import { plantJobOf } from './plant-job.ts';

/** An allocation that fails is told by the framework only after it has tried for a while. */
const outOfMemoryMs = 200;

/** Runs jobs on a simulated device in real time: one timer, set to the plant's next event. */
export class SimulatedHandler implements Handler {
  readonly kind = 'module';
  readonly ready = true;
  readonly #plant: Plant;
  readonly #now: () => number;
  readonly #waiting = new Map<number, (outcome: PlantEnd['outcome']) => void>();
  #timer: NodeJS.Timeout | undefined;
  #timerAt = Infinity;

  /** `now`: the clock that drives the plant, monotonic ms. */
  constructor(plant: Plant, now: () => number) {
    this.#plant = plant;
    this.#now = now;
  }

  start(): Promise<HandlerFacts> {
    return Promise.resolve({ hasModifier: false, sync: false });
  }

  async run(job: Job, { signal }: AttemptContext): Promise<AttemptResult> {
    const plantJob = plantJobOf(job.input);
    if (plantJob === undefined) {
      const message = 'the input must be { work, speedFactor, memoryStart, memoryEnd }, numbers above 0';
      return { outcome: 'failed', errorType: 'bad-input', message, retry: false };
    }
    const now = this.#now();
    if (now < this.#plant.readyAt) {
      return { outcome: 'failed', errorType: 'handler-exited', message: 'the simulated device restarts', retry: true };
    }
    const id = this.#plant.admit(plantJob, now);
    const ended = new Promise<PlantEnd['outcome'] | 'aborted'>((resolve) => {
      this.#waiting.set(id, resolve);
      const abandon = (): void => this.#abandon(id, () => resolve('aborted'));
      signal.addEventListener('abort', abandon, { once: true });
      if (signal.aborted) abandon();
    });
    this.#turn();
    return resultOf(await ended, this.#plant.config);
  }

  modify(): Promise<unknown> {
    return Promise.resolve(undefined);
  }

  close(): Promise<void> {
    clearTimeout(this.#timer);
    return Promise.resolve();
  }

  #abandon(id: number, ended: () => void): void {
    if (!this.#waiting.delete(id)) return;
    this.#plant.release(id, this.#now());
    ended();
    this.#turn();
  }

  /** Brings the plant up to now, tells who ended, and sets the timer for what comes next. */
  #turn(): void {
    const now = this.#now();
    for (const { id, outcome } of this.#plant.advance(now)) this.#tell(id, outcome);
    const next = this.#plant.nextEventAt();
    if (next === this.#timerAt) return;
    clearTimeout(this.#timer);
    this.#timerAt = next;
    if (next === Infinity) return;
    this.#timer = setTimeout(
      () => {
        this.#timerAt = Infinity;
        this.#turn();
      },
      Math.ceil(Math.max(0, next - now)),
    );
  }

  #tell(id: number, outcome: PlantEnd['outcome']): void {
    const resolve = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (outcome === 'finished') resolve?.(outcome);
    else setTimeout(() => resolve?.(outcome), outOfMemoryMs);
  }
}

function resultOf(outcome: PlantEnd['outcome'] | 'aborted', { outOfMemory }: PlantConfig): AttemptResult {
  switch (outcome) {
    case 'finished':
      return { outcome: 'succeeded', output: 'done' };
    case 'out-of-memory':
      return {
        outcome: 'overloaded',
        errorType: 'out-of-memory',
        message: 'CUDA out of memory (simulated)',
        retry: true,
        ...(outOfMemory === 'fatal' && { processDied: true }),
      };
    case 'aborted':
      return { outcome: 'cancelled', errorType: 'other', message: 'the attempt was stopped', retry: false };
  }
}
