import { whysMissing, type JobSample, type MissingReading, type Observation, type Reading } from '#libs/core';

/** What a number can be when something is broken, or when a clock, a counter or a client plays tricks. */
const oddNumbers = [0, -0, -1, 1e-300, 5e-324, 1e-9, 1e9, 2 ** 53, 1e300, -1e300, NaN, Infinity, -Infinity];
const names = ['gpu.utilization', 'gpu.memory.used', 'gpu.memory.total', 'gpu.mig.memory.used', 'gpu.mig.memory.total'];
const gibibyte = 2 ** 30;

/** What holds for some dozens of periods, so that a law gets somewhere before the next blow. */
interface Mood {
  /** Share of all numbers that are odd. */
  readonly oddness: number;
  readonly deadline: number | null;
  /** Typical service time in ms. */
  readonly service: number;
  readonly jobs: number;
  readonly limited: number;
  readonly level: number;
  readonly devices: number;
  /** Share of all kinds of failures. */
  readonly trouble: number;
  /** The clock stands still. */
  readonly frozen: boolean;
}

/**
 * Endless periods of everything that cannot be, between some that can: zero, huge, negative and no numbers in any field,
 * no samples or far too many, absurd deadlines, a clock that stands still, readings of nothing. `draw`: uniform in [0, 1).
 */
export class AbsurdPeriods {
  readonly #draw: () => number;
  #mood: Mood;
  #left = 0;
  #seq = 0;
  #t = 0;

  constructor(draw: () => number) {
    this.#draw = draw;
    this.#mood = this.#newMood();
  }

  /** The next period; whose limit it was is for the caller to say. */
  next(): Omit<Observation, 'limit'> {
    if (this.#left === 0) {
      this.#mood = this.#newMood();
      this.#left = 1 + Math.floor(60 * this.#draw());
    }
    this.#left -= 1;
    const { frozen, jobs, level, limited, trouble } = this.#mood;
    const period = frozen ? 0 : this.#chance(0.05) ? 1e7 * this.#draw() : 1000;
    const seq = this.#seq;
    this.#seq += 1;
    this.#t += period;
    const limit = 1 + Math.floor(16 * this.#draw());
    const samples = this.#samples(limit, Math.min(64, Math.floor(2 * jobs * this.#draw() ** 2)));
    const rare = (): number => (this.#chance(trouble) ? this.#odd(Math.ceil(3 * this.#draw())) : 0);
    const timedOut = rare();
    const late = samples.filter(([, service, , deadline]) => deadline !== null && service > deadline).length;
    const n = this.#odd(limit * limited);
    const has = (share: number): boolean => this.#chance(share);
    return {
      seq,
      t: this.#t,
      period,
      inFlight: { mean: n, max: this.#odd(limit), last: this.#odd(limit) },
      limited: this.#odd(limited),
      ...(has(0.8) && { queue: { waiting: this.#odd(100 * level), oldest: this.#odd(1000) } }),
      ...(has(0.8) && { wait: { p50: this.#odd(500), p95: this.#odd(900) } }),
      jobs: {
        started: this.#odd(samples.length),
        succeeded: this.#odd(samples.length),
        failed: rare(),
        throttled: rare(),
        outOfMemory: this.#chance(trouble / 4) ? rare() : 0,
        timedOut,
        cancelled: rare(),
        late: this.#odd(late + timedOut),
      },
      samples,
      ...(has(0.05) && { sampled: this.#odd(0.2) }),
      readings: this.#readings(),
      missing: this.#missing(),
      ...(has(0.7) && { modifier: { returned: this.#odd(Math.floor(20 * this.#draw())), duration: this.#odd(1) } }),
    };
  }

  #newMood(): Mood {
    const pick = <T>(...of: readonly [T, ...T[]]): T => of[Math.floor(of.length * this.#draw())] ?? of[0];
    return {
      oddness: pick(0, 0, 0.003, 0.05, 0.5),
      deadline: pick(1000, 1000, 1000, null, 1e-9, 1e12),
      service: pick(1, 200, 500, 800, 1000, 1e6),
      jobs: pick(0, 1, 2, 4, 8, 8, 16, 32),
      limited: pick(0, 0.4, 1, 1, 1),
      level: this.#draw() ** 0.5,
      devices: pick(0, 0, 1, 2),
      trouble: pick(0, 0, 0.02, 0.5),
      frozen: this.#chance(0.05),
    };
  }

  #samples(limit: number, count: number): readonly JobSample[] {
    const { deadline, service } = this.#mood;
    return Array.from({ length: count }, (): JobSample => {
      const time = this.#odd(service * (0.5 + this.#draw()));
      return [
        this.#odd(this.#t),
        time,
        this.#odd(limit),
        deadline === null ? null : this.#odd(deadline),
        this.#chance(0.5) ? null : this.#odd(1),
        0,
      ];
    });
  }

  #readings(): readonly Reading[] {
    const { devices, level } = this.#mood;
    return Array.from({ length: devices }, (_, gpu) =>
      names
        .filter(() => this.#chance(0.8))
        .map((name): Reading => {
          const value = name === 'gpu.utilization' ? level : (name.endsWith('used') ? level : 1) * 80 * gibibyte;
          const unit = name === 'gpu.utilization' ? 'ratio' : 'bytes';
          return { name, gpu: `GPU-${gpu}`, value: this.#odd(value), unit, source: 'absurd', age: this.#odd(300) };
        }),
    ).flat();
  }

  #missing(): readonly MissingReading[] {
    if (!this.#chance(0.1)) return [];
    const why = whysMissing[Math.floor(whysMissing.length * this.#draw())] ?? 'stale';
    return [{ name: names[Math.floor(names.length * this.#draw())] ?? '', gpu: 'GPU-0', why }];
  }

  /** The number, or now and then another. */
  #odd(number: number): number {
    if (!this.#chance(this.#mood.oddness)) return number;
    return oddNumbers[Math.floor(oddNumbers.length * this.#draw())] ?? number;
  }

  #chance(share: number): boolean {
    return share > 0 && this.#draw() < share;
  }
}
