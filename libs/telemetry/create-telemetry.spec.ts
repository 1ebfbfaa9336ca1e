import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Plant, Random, watchedScenarios } from '#libs/simulation';
import { createTelemetry, type TelemetryOptions } from './create-telemetry.ts';
import type { Sampler, TelemetryFacts } from './sampler.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
});
afterEach(async () => {
  await telemetry?.close();
  vi.useRealTimers();
});

const clock = { now: () => Date.now() };
let telemetry: Sampler | undefined;

function telemetryOf(gpu: readonly string[], options: Partial<TelemetryOptions> = {}): Sampler {
  telemetry = createTelemetry({ gpu, interval: 1000 }, { clock, ...options });
  return telemetry;
}

function value({ readings }: TelemetryFacts, name: string): number | undefined {
  return readings.find((reading) => reading.name === name)?.value;
}

describe('createTelemetry', () => {
  it('refuses an unknown scenario with the nearest known one', () => {
    expect(() => telemetryOf(['sim:knne'])).toThrow(
      '[UNKNOWN_SCENARIO] TELEMETRY_GPU="sim:knne" is not known. Did you mean "sim:knee"? ' +
        'Known: sim:ramp, sim:knee, sim:memory-cliff.',
    );
  });

  it('refuses an unknown kind of telemetry', () => {
    expect(() => telemetryOf(['nvml'])).toThrow(/^\[UNKNOWN_TELEMETRY\] TELEMETRY_GPU="nvml" is not known/);
  });

  it.each(['none', 'auto'])('reports no device for %s', async (choice) => {
    const facts = telemetryOf([choice]);
    await vi.advanceTimersByTimeAsync(3000);
    expect(value(facts.observe(clock.now()), 'gpu.utilization')).toBeUndefined();
  });

  it('reads a shared plant: what is in flight shows', async () => {
    const plant = new Plant(watchedScenarios.knee.plant, new Random(1));
    const sampler = telemetryOf(['sim:knee'], { plant });
    await vi.advanceTimersByTimeAsync(1000);
    expect(sampler.observe(clock.now()).missing).toContainEqual({
      name: 'gpu.utilization',
      gpu: 'GPU-simulated-0',
      why: 'warming-up',
    });
    await vi.advanceTimersByTimeAsync(1000);
    const idle = sampler.observe(clock.now());
    const job = { work: 60_000, speedFactor: 1, memoryStart: 2 ** 30, memoryEnd: 2 ** 30 };
    for (let i = 0; i < 4; i += 1) plant.admit(job, clock.now());
    await vi.advanceTimersByTimeAsync(2000);
    const busy = sampler.observe(clock.now());
    expect(value(idle, 'gpu.utilization')).toBeLessThan(0.1);
    expect(value(busy, 'gpu.utilization')).toBeGreaterThan(0.9);
    expect(value(idle, 'gpu.memory.used')).toBeCloseTo(20 * 2 ** 30, -5);
    expect(value(busy, 'gpu.memory.used')).toBeCloseTo(24 * 2 ** 30, -5);
    expect(value(busy, 'gpu.memory.total')).toBeCloseTo(80 * 2 ** 30, -5);
    expect(value(busy, 'gpu.power')).toBeGreaterThan(value(idle, 'gpu.power') ?? Infinity);
    // Taken at 3 s, delivered 0.2 s later, read at 4 s.
    expect(busy.readings.find(({ name }) => name === 'gpu.utilization')?.age).toBe(1000);
  });

  it('lets jobs stand in for the attempts of a real handler, and never more than fit', async () => {
    let inFlight = 3;
    const sampler = telemetryOf(['sim:memory-cliff'], { inFlight: () => inFlight });
    const usedAfter = async (count: number): Promise<number> => {
      inFlight = count;
      await vi.advanceTimersByTimeAsync(4000);
      return (value(sampler.observe(clock.now()), 'gpu.memory.used') ?? 0) / 2 ** 30;
    };
    expect(await usedAfter(3)).toBeCloseTo(20 + 3 * 6, 3);
    expect(await usedAfter(50)).toBeCloseTo(20 + 10 * 6, 3);
    expect(await usedAfter(0)).toBeCloseTo(20, 3);
  });
});
