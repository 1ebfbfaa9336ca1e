import { Plant, Random, simulatedGpu, watchedScenarios } from '#libs/simulation';
import { describe, expect, it } from 'vitest';
import { CollectionError } from '../collection-error.ts';
import { SimulatedSource, type SimulatedSourceOptions } from './simulated-source.ts';

const job = { work: 60_000, speedFactor: 1, memoryStart: 2 ** 30, memoryEnd: 2 ** 30 };

/** A source on a plant of its own, and the hand that moves its clock. */
function setUp(options: Partial<SimulatedSourceOptions> = {}) {
  const plant = new Plant(watchedScenarios.knee.plant, new Random(1));
  const clock = { now: 0 };
  const source = new SimulatedSource({ plant, now: () => clock.now, ...options });
  return { plant, clock, source };
}

describe('SimulatedSource', () => {
  it('reads what is in flight on the plant at the time of the read', async () => {
    const { plant, clock, source } = setUp();
    for (let i = 0; i < 4; i += 1) plant.admit(job, 0);
    clock.now = 4100;
    const { readings, age } = await source.read();
    expect(readings).toContainEqual({ name: 'gpu.memory.used', gpu: simulatedGpu, value: 24 * 2 ** 30 });
    // Taken at 3 s: that of 4 s is delivered 0.2 s later.
    expect(age).toBe(1100);
  });

  it('brings the jobs up to date before it reads', async () => {
    const times: number[] = [];
    const { clock, source } = setUp({ beforeRead: (t) => times.push(t) });
    clock.now = 1500;
    await source.read();
    expect(times).toEqual([1500]);
  });

  it('refuses as a real sensor does while it is silent, and answers again', async () => {
    const { clock, source } = setUp({ instruments: { silence: { from: 2000, lasts: 3000 } } });
    clock.now = 2000;
    const error = await source.read().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(CollectionError);
    expect(error).toMatchObject({
      failure: {
        result: 'error',
        message: 'the simulated sensor does not answer',
        next: expect.stringMatching(/TELEMETRY_GPU=sim:\w+/) as string,
      },
    });
    clock.now = 5000;
    expect((await source.read()).readings).not.toHaveLength(0);
  });
});
