import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Job } from '#libs/core';
import type { AttemptContext, AttemptResult } from '#libs/handlers';
import { curves, gibibyte, Plant, Random, watchedScenarios, type PlantConfig } from '#libs/simulation';
import { SimulatedHandler } from './simulated-handler.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
});
afterEach(() => {
  vi.useRealTimers();
});

const second = { work: 1000, speedFactor: 1, memoryStart: gibibyte, memoryEnd: gibibyte };

function jobOf(input: unknown): Job {
  const policy = { executionTimeout: 60_000, ttl: 60_000, lowPriority: false };
  return { id: 'job', input, extra: {}, policy, enqueuedAt: 0, attempt: 1 };
}

function contextOf(signal = new AbortController().signal): AttemptContext {
  return { signal, progress: () => undefined, chunk: () => Promise.resolve() };
}

function setUp(overrides: Partial<PlantConfig> = {}): { readonly plant: Plant; readonly handler: SimulatedHandler } {
  const plant = new Plant({ ...watchedScenarios.knee.plant, ...overrides }, new Random(1));
  return { plant, handler: new SimulatedHandler(plant, () => Date.now()) };
}

/** When each attempt ended, and how. */
function ends(attempts: readonly Promise<AttemptResult>[]): readonly (string | undefined)[] {
  const ended: (string | undefined)[] = attempts.map(() => undefined);
  for (const [index, attempt] of attempts.entries()) {
    void attempt.then(({ outcome }) => (ended[index] = `${outcome} at ${Date.now()}`));
  }
  return ended;
}

describe('SimulatedHandler', () => {
  it('ends a job when the plant says, not before', async () => {
    const { handler } = setUp();
    const ended = ends([handler.run(jobOf(second), contextOf())]);
    await vi.advanceTimersByTimeAsync(999);
    expect(ended).toEqual([undefined]);
    await vi.advanceTimersByTimeAsync(1);
    expect(ended).toEqual(['succeeded at 1000']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('slows jobs that run together as the curve says', async () => {
    const { handler } = setUp({ curve: { ...curves.B, sigma: 0.5, kappa: 0 } });
    const ended = ends([handler.run(jobOf(second), contextOf()), handler.run(jobOf(second), contextOf())]);
    await vi.advanceTimersByTimeAsync(3000);
    // A timer's whole milliseconds round up.
    for (const end of ended) expect(end).toMatch(/^succeeded at 150[01]$/);
  });

  it('answers out-of-memory for the job that does not fit, to be tried again, and finishes the others', async () => {
    const { handler } = setUp({ capacity: 22 * gibibyte, curve: { sigma: 0, kappa: 0 } });
    const attempts = [1, 2, 3].map(() => handler.run(jobOf(second), contextOf()));
    const ended = ends(attempts);
    await vi.advanceTimersByTimeAsync(3000);
    expect(ended).toEqual(['succeeded at 1000', 'succeeded at 1000', 'overloaded at 200']);
    const failed = await attempts[2];
    expect(failed).toMatchObject({ errorType: 'out-of-memory', retry: true });
    expect(failed).not.toHaveProperty('processDied');
  });

  it('frees the device at once when an attempt is aborted', async () => {
    const { plant, handler } = setUp();
    const stop = new AbortController();
    const ended = ends([handler.run(jobOf(second), contextOf(stop.signal))]);
    await vi.advanceTimersByTimeAsync(300);
    stop.abort();
    await vi.advanceTimersByTimeAsync(0);
    expect(ended).toEqual(['cancelled at 300']);
    expect(plant.inFlight).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('does not begin an attempt that is aborted already', async () => {
    const { plant, handler } = setUp();
    const result = await handler.run(jobOf(second), contextOf(AbortSignal.abort()));
    expect(result.outcome).toBe('cancelled');
    expect(plant.inFlight).toBe(0);
  });

  it.each([null, {}, { ...second, work: -1 }, { ...second, memoryEnd: 'much' }])(
    'refuses the input %j',
    async (input) => {
      const { handler } = setUp();
      expect(await handler.run(jobOf(input), contextOf())).toMatchObject({ errorType: 'bad-input', retry: false });
    },
  );

  it('loses everything to a fatal out-of-memory and fails what comes while the device restarts', async () => {
    const { handler } = setUp({ capacity: 22 * gibibyte, outOfMemory: 'fatal', restart: 5000 });
    const attempts = [1, 2, 3].map(() => handler.run(jobOf(second), contextOf()));
    const ended = ends(attempts);
    await vi.advanceTimersByTimeAsync(1000);
    expect(ended).toEqual(['overloaded at 200', 'overloaded at 200', 'overloaded at 200']);
    expect(await attempts[0]).toMatchObject({ errorType: 'out-of-memory', processDied: true });
    expect(await handler.run(jobOf(second), contextOf())).toMatchObject({ errorType: 'handler-exited', retry: true });
  });
});
