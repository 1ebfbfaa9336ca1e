import { afterEach, describe, expect, it } from 'vitest';
import { Plant, Random, watchedScenarios } from '#libs/simulation';
import { createTelemetry, type CreateTelemetryOptions } from './create-telemetry.ts';
import type { Telemetry } from './telemetry.ts';

afterEach(async () => {
  await telemetry?.close();
});

const clock = { now: () => performance.now() };
let telemetry: Telemetry | undefined;

function telemetryOf(gpu: readonly string[], options: Partial<CreateTelemetryOptions> = {}): Telemetry {
  telemetry = createTelemetry({ gpu, shared: false, interval: 100 }, { clock, environment: process.env, ...options });
  return telemetry;
}

function value(from: Telemetry, name: string): number | undefined {
  return from.observe(clock.now()).readings.find((reading) => reading.name === name)?.value;
}

describe('createTelemetry', () => {
  it('refuses an unknown scenario with the nearest known one', () => {
    expect(() => telemetryOf(['sim:knne'])).toThrow(
      /^\[UNKNOWN_SCENARIO\] TELEMETRY_GPU="sim:knne" is not known\. Did you mean "sim:knee"\? Known: sim:ramp, /,
    );
  });

  it('reads the host in the probe process, and no device for none', async () => {
    const started = telemetryOf(['none']);
    await expect(started.found).resolves.toBeUndefined();
    await expect.poll(() => value(started, 'host.memory.used'), { timeout: 10_000 }).toBeGreaterThan(0);
    expect(value(started, 'gpu.utilization')).toBeUndefined();
  });

  it('reads a shared plant: what is in flight shows', async () => {
    const t = clock.now();
    const plant = new Plant(watchedScenarios.knee.plant, new Random(1));
    const running = telemetryOf(['sim:knee'], { plant, clock: { now: () => clock.now() - t } });
    const job = { work: 60_000, speedFactor: 1, memoryStart: 2 ** 30, memoryEnd: 2 ** 30 };
    for (let i = 0; i < 4; i += 1) plant.admit(job, 0);
    const seen = (name: string): number | undefined =>
      running.observe(clock.now() - t).readings.find((reading) => reading.name === name)?.value;
    await expect.poll(() => seen('gpu.utilization'), { timeout: 5000 }).toBeGreaterThan(0.9);
    expect(seen('gpu.memory.used')).toBeCloseTo(24 * 2 ** 30, -5);
    expect(seen('gpu.memory.total')).toBeCloseTo(80 * 2 ** 30, -5);
  });

  it('lets jobs stand in for the attempts of a real handler', async () => {
    const running = telemetryOf(['sim:memory-cliff'], {
      attempts: { running: () => 3, onChange: () => undefined },
    });
    await expect
      .poll(() => (value(running, 'gpu.memory.used') ?? 0) / 2 ** 30, { timeout: 5000 })
      .toBeCloseTo(20 + 3 * 6, 3);
  });
});
