import { describe, expect, it } from 'vitest';
import { healthz, readyz, type HealthFacts } from './health.ts';

const healthy: HealthFacts = {
  now: 100_000,
  firstReadyAt: 1000,
  lastTurnAt: 99_500,
  handlerReady: true,
  queueOk: true,
  draining: false,
};

describe('healthz', () => {
  it.each<[string, Partial<HealthFacts>]>([
    ['while the loop turns', {}],
    ['while the queue is away', { queueOk: false }],
    ['while the handler restarts', { handlerReady: false }],
    ['in a drain, which stops the loop', { draining: true, lastTurnAt: 1 }],
    ['when ready after a long start, before the first turn', { firstReadyAt: 80_000, lastTurnAt: undefined }],
  ])('is alive %s', (_when, facts) => {
    expect(healthz({ ...healthy, ...facts }).status).toBe(200);
  });

  it('says that it is starting until the handler was ready once', () => {
    const facts = { ...healthy, firstReadyAt: undefined, handlerReady: false };
    expect(healthz(facts)).toEqual({ status: 503, body: { status: 'starting' } });
  });

  it('is dead when the loop has not turned for 30 s', () => {
    expect(healthz({ ...healthy, lastTurnAt: 70_000 }).status).toBe(200);
    expect(healthz({ ...healthy, lastTurnAt: 69_999 })).toMatchObject({ status: 503, body: { status: 'stuck' } });
  });
});

describe('readyz', () => {
  it('is ready when jobs can be taken', () => {
    expect(readyz(healthy)).toEqual({ status: 200, body: { status: 'ready' } });
  });

  it('names everything that keeps it from taking jobs', () => {
    const { status, body } = readyz({ ...healthy, handlerReady: false, queueOk: false, draining: true });
    expect(status).toBe(503);
    expect(body.reasons).toHaveLength(3);
  });
});
