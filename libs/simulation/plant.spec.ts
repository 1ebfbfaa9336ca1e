import { describe, expect, it } from 'vitest';
import { curves, peak, slowdown } from './curves.ts';
import { gibibyte, type PlantJob } from './jobs.ts';
import { Plant, type PlantConfig, type PlantEnd } from './plant.ts';
import { Random } from './random.ts';

const config: PlantConfig = {
  curve: curves.B,
  base: 20 * gibibyte,
  capacity: 80 * gibibyte,
  outOfMemory: 'fatal',
  restart: 30_000,
  soloUtilization: 0.9,
  utilizationNoise: 0,
  memoryReading: 'instantaneous',
  telemetryLag: 500,
};

const second: PlantJob = { work: 1000, speedFactor: 1, memoryStart: 2 * gibibyte, memoryEnd: 4 * gibibyte };

function plantWith(overrides: Partial<PlantConfig> = {}): Plant {
  return new Plant({ ...config, ...overrides }, new Random(1));
}

/** Jobs per unit of solo work. */
function rate(n: number): number {
  return n / slowdown(curves.B, n);
}

/** Every end up to `t`, event by event. */
function endsUntil(plant: Plant, t: number): readonly PlantEnd[] {
  const ends: PlantEnd[] = [];
  for (let next = plant.nextEventAt(); next <= t; next = plant.nextEventAt()) ends.push(...plant.advance(next));
  return ends;
}

describe('Plant', () => {
  it('runs one job alone in exactly its work', () => {
    const plant = plantWith();
    const id = plant.admit(second, 0);
    expect(endsUntil(plant, 10_000)).toEqual([{ id, at: 1000, outcome: 'finished' }]);
  });

  it('runs a job with a speed factor of 2 in half its work', () => {
    const plant = plantWith();
    plant.admit({ ...second, speedFactor: 2 }, 0);
    expect(endsUntil(plant, 10_000)[0]?.at).toBeCloseTo(500, 9);
  });

  it.each([2, 8, 15])('slows %i equal jobs to w·(1 + σ(n−1) + κn(n−1)) each', (n) => {
    const plant = plantWith();
    for (let i = 0; i < n; i += 1) plant.admit(second, 0);
    const { sigma, kappa } = curves.B;
    const expected = 1000 * (1 + sigma * (n - 1) + kappa * n * (n - 1));
    const ends = endsUntil(plant, 60_000);
    expect(ends).toHaveLength(n);
    for (const { at } of ends) expect(at).toBeCloseTo(expected, 6);
  });

  it('gives a later job only what is left of the device', () => {
    const plant = plantWith({ curve: { sigma: 1, kappa: 0 } });
    const first = plant.admit(second, 0);
    const other = plant.admit(second, 500);
    // Half alone, then both at half speed until 1500, then the rest alone.
    const ends = endsUntil(plant, 10_000);
    expect(ends.map(({ id }) => id)).toEqual([first, other]);
    expect(ends.map(({ at }) => Math.round(at * 1e6) / 1e6)).toEqual([1500, 2000]);
  });

  it('has its best throughput at √((1−σ)/κ)', () => {
    const best = Array.from({ length: 64 }, (_, index) => index + 1).reduce((a, b) => (rate(b) > rate(a) ? b : a));
    expect(best).toBe(Math.round(peak(curves.B)));
    expect(peak(curves.B)).toBeCloseTo(30.55, 2);
    expect(peak(curves.A)).toBe(Infinity);
  });

  it('follows the speed of the device', () => {
    const plant = plantWith({ speed: (t) => (t < 400 ? 1 : 0.5) });
    plant.admit(second, 0);
    expect(endsUntil(plant, 10_000)[0]?.at).toBeCloseTo(400 + 600 / 0.5, 6);
  });

  it('grows memory linearly with progress and gives it back at the end', () => {
    const plant = plantWith();
    plant.admit(second, 0);
    expect(plant.memoryUsed / gibibyte).toBeCloseTo(22, 9);
    plant.advance(500);
    expect(plant.memoryUsed / gibibyte).toBeCloseTo(23, 9);
    plant.advance(1000);
    expect(plant.memoryUsed).toBe(20 * gibibyte);
  });

  it('loses all in flight to a fatal out-of-memory and takes none while it restarts', () => {
    const plant = plantWith({ capacity: 27 * gibibyte });
    // 3 × 2 GiB fit at the start; 3 × 2.34 GiB do not, and are seen at the second look.
    for (let i = 0; i < 3; i += 1) plant.admit(second, 0);
    const ends = endsUntil(plant, 5000);
    expect(ends.map(({ outcome }) => outcome)).toEqual(['out-of-memory', 'out-of-memory', 'out-of-memory']);
    const at = ends[0]!.at;
    expect(at).toBe(200);
    expect(plant.inFlight).toBe(0);
    expect(plant.readyAt).toBe(at + 30_000);
    expect(() => plant.admit(second, at + 1)).toThrow(RangeError);
    expect(plant.admit(second, plant.readyAt)).toBeGreaterThan(0);
  });

  it('loses only the newest job where out-of-memory is the job’s own', () => {
    const plant = plantWith({ capacity: 25 * gibibyte, outOfMemory: 'job' });
    plant.admit(second, 0);
    plant.admit(second, 0);
    const third = plant.admit(second, 0);
    expect(plant.advance(0)).toEqual([{ id: third, at: 0, outcome: 'out-of-memory' }]);
    expect(plant.inFlight).toBe(2);
    expect(plant.readyAt).toBe(0);
  });

  it('reports utilisation 1 − (1−u1)ⁿ of the last second, late by its lag', () => {
    const plant = plantWith({ curve: { sigma: 0, kappa: 0 } });
    plant.admit({ ...second, work: 60_000 }, 0);
    expect(plant.telemetry(499)).toBeUndefined();
    plant.admit({ ...second, work: 60_000 }, 500);
    // The first sample is of the device before any job.
    expect(plant.telemetry(1499)).toEqual({ at: 0, utilization: 0, memoryUsed: 20 * gibibyte, inFlight: 0 });
    expect(plant.telemetry(1500)?.utilization).toBeCloseTo(0.5 * 0.9 + 0.5 * 0.99, 9);
    expect(plant.telemetry(2499)?.at).toBe(1000);
    expect(plant.telemetry(2500)?.utilization).toBeCloseTo(0.99, 9);
  });

  it('reports how many jobs ran at a time in the last second', () => {
    const plant = plantWith({ curve: { sigma: 0, kappa: 0 } });
    for (let i = 0; i < 4; i += 1) plant.admit({ ...second, work: 1500 }, 500);
    const means = [1500, 2500, 3500].map((t) => plant.telemetry(t)?.inFlight);
    expect(means).toEqual([2, 4, 0]);
  });

  it('shows a high-water mark where the device reports one', () => {
    const plant = plantWith({ memoryReading: 'high-water' });
    plant.admit(second, 0);
    expect(plant.telemetry(5500)?.memoryUsed).toBe(24 * gibibyte);
    expect(plantWith().telemetry(5500)?.memoryUsed).toBe(20 * gibibyte);
  });

  it('frees the place and the memory of a released job', () => {
    const plant = plantWith({ curve: { sigma: 1, kappa: 0 } });
    const kept = plant.admit(second, 0);
    const released = plant.admit({ ...second, work: 100 }, 0);
    plant.release(released, 100);
    plant.release(released, 100);
    expect(endsUntil(plant, 10_000)).toEqual([{ id: kept, at: expect.closeTo(1050, 6), outcome: 'finished' }]);
  });

  it('has nothing to do while it is idle', () => {
    expect(plantWith().nextEventAt()).toBe(Infinity);
  });

  it('ends every job exactly once, whatever comes and goes', () => {
    const random = new Random(7);
    const plant = plantWith({ capacity: 40 * gibibyte, outOfMemory: 'job' });
    const open = new Set<number>();
    let t = 0;
    const settle = (ends: readonly PlantEnd[]): void => {
      for (const { id } of ends) expect(open.delete(id)).toBe(true);
    };
    for (let step = 0; step < 20_000; step += 1) {
      t += 20 * random.uniform();
      settle(plant.advance(t));
      if (random.uniform() < 0.3) open.add(plant.admit({ ...second, work: 300 * random.uniform() }, t));
      settle(plant.advance(t));
      const [any] = open;
      if (any !== undefined && random.uniform() < 0.05) {
        plant.release(any, t);
        // It may have ended in the same instant; then it is among the ends.
        open.delete(any);
      }
      expect(plant.inFlight).toBe(open.size);
    }
  });
});
