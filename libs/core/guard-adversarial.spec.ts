import {
  defaultGuard,
  MemoryGuard,
  type GuardConfig,
  type GuardedJob,
  type GuardFacts,
  type Reading,
} from '#libs/core';
import { describe, expect, it } from 'vitest';

/** Uniform in 0..1, the same for the same seed (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}

const strange = [0, -1, NaN, Infinity, -Infinity, 1e-300, 1e300, 2 ** 53];

/** A worker, its clients and its instruments at their worst. */
class Chaos {
  readonly guard: MemoryGuard;
  readonly #uniform: () => number;
  readonly #inFlight: { readonly job: GuardedJob; readonly start: number }[] = [];
  #t = 0;
  asked = 0;
  refused = 0;
  #reported = 0;
  readonly wrong: string[] = [];

  constructor(seed: number) {
    this.#uniform = random(seed);
    const outOfMemory = this.#one<GuardConfig['outOfMemory']>(['auto', 'fatal', 'job']);
    const config = { ...defaultGuard, margin: 0.5 * this.#uniform(), z: 5 * this.#uniform(), outOfMemory };
    this.guard = new MemoryGuard(config, { expected: this.#uniform() < 0.5 }, 0);
  }

  step(): void {
    this.#t += this.#one([0, 0, 1, 10, 500, 1000, 30_000]) * this.#uniform();
    const dice = this.#uniform();
    if (dice < 0.45) this.#arrive();
    else if (dice < 0.75) this.#end();
    else if (dice < 0.97) this.guard.observe({ readings: this.#readings(), missing: [] }, this.#t);
    else if (dice < 0.98) this.guard.outOfMemory(this.#one(['worker', 'job']), this.#t);
    else this.#report();
  }

  #arrive(): void {
    const job = this.#job();
    const admitted = this.guard.admits(job, this.#t);
    this.asked += 1;
    if (!admitted) this.refused += 1;
    // Nobody would ever come again.
    if (this.#inFlight.length === 0 && !admitted) this.wrong.push('locked up');
    if (!admitted) return;
    this.guard.started(job, this.#t);
    this.#inFlight.push({ job, start: this.#t });
  }

  /** In any order, or all. */
  #end(): void {
    const many = this.#uniform() < 0.02 ? this.#inFlight.length : Math.min(1, this.#inFlight.length);
    for (let ended = 0; ended < many; ended += 1) {
      const [one] = this.#inFlight.splice(Math.floor(this.#uniform() * this.#inFlight.length), 1);
      this.guard.finished(one!.job, one!.start, this.#t);
    }
  }

  #report(): void {
    const facts = this.guard.period(this.#t);
    if (!(this.guard.room(this.#t) >= (this.#inFlight.length === 0 ? 1 : 0))) this.wrong.push('room');
    this.#reported += facts?.refused ?? 0;
    if (this.#reported !== this.refused) this.wrong.push('refusals');
    if (facts !== undefined && !numbersOf(facts).every((value) => Number.isFinite(value))) this.wrong.push('numbers');
  }

  #job(): GuardedJob {
    const memory = this.#uniform() < 0.5 ? undefined : this.#one([...strange, 1, 1000 * this.#uniform()]);
    const name = `class ${Math.floor(40 * this.#uniform() ** 2)}`;
    return { ...(memory !== undefined && { memory }), ...(this.#uniform() < 0.7 && { class: name }) };
  }

  #readings(): readonly Reading[] {
    if (this.#uniform() < 0.1) return [];
    const readings: Reading[] = [];
    for (const gpu of ['GPU-0', 'GPU-1']) {
      const age = this.#uniform() < 0.05 ? this.#one(strange) : 3000 * this.#uniform();
      const shared = { gpu, unit: 'bytes', source: 'simulated', age } as const;
      const used = this.#uniform() < 0.05 ? this.#one(strange) : 2 ** 34 * this.#uniform();
      const total = this.#uniform() < 0.05 ? this.#one(strange) : 2 ** 34;
      if (this.#uniform() < 0.9) readings.push({ ...shared, name: 'gpu.memory.used', value: used });
      if (this.#uniform() < 0.9) readings.push({ ...shared, name: 'gpu.memory.total', value: total });
    }
    if (this.#uniform() < 0.02) {
      readings.push({ name: 'backend.cache', unit: 'ratio', source: 'model-server', age: 0, value: this.#uniform() });
    }
    return readings;
  }

  #one<Value>(values: readonly Value[]): Value {
    return values[Math.floor(this.#uniform() * values.length)]!;
  }
}

function numbersOf({ refused, fits = 0, devices }: GuardFacts): readonly number[] {
  return [
    refused,
    fits,
    ...devices.flatMap((device) => Object.values(device).filter((value) => typeof value === 'number')),
  ];
}

describe('the memory guard in any circumstances', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'says only numbers, counts what it refuses and never locks up (seed %i)',
    (seed) => {
      const chaos = new Chaos(seed);
      for (let step = 0; step < 12_500; step += 1) chaos.step();
      expect(chaos.wrong).toEqual([]);
      expect(chaos.asked).toBeGreaterThan(1000);
      expect(chaos.refused).toBeGreaterThan(0);
    },
  );
});
