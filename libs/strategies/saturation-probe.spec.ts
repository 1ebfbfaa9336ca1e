import type { EpochFacts } from '#libs/core';
import { anObservation } from '#libs/testing';
import { describe, expect, it } from 'vitest';
import { newProbe, stepProbe, type Probe } from './saturation-probe.ts';

describe('the saturation probe', () => {
  it('tries one more after a minute at the bottom with jobs waiting', () => {
    const { limits } = pinned(newProbe, 61, 10);
    expect(limits.findIndex((limit) => limit === 2)).toBe(59);
  });

  it('keeps what brought a tenth more, and does not let the law cut below it', () => {
    const { probe } = pinned(newProbe, 60, 10);
    const kept = stepProbe(probe, anObservation({ limit: 2 }), { high: true, atFloor: false, closed: facts(12) });
    expect(kept).toMatchObject({ limit: 2, probe: { floor: 2, probing: false } });
  });

  it('goes back from what brought nothing, and waits five minutes', () => {
    const { probe } = pinned(newProbe, 60, 10);
    const back = stepProbe(probe, anObservation({ limit: 2 }), { high: true, atFloor: false, closed: facts(10) });
    expect(back.limit).toBe(1);
    expect(pinned(back.probe, 299, 10).limits.every((limit) => limit === undefined)).toBe(true);
    expect(pinned(back.probe, 300, 10).limits.at(-1)).toBe(2);
  });

  it('forgets its floor when the signal tells something again', () => {
    const probe: Probe = { floor: 3, pinned: 0, rate: 10, probing: false };
    const step = stepProbe(probe, anObservation(), { high: false, atFloor: false, closed: undefined });
    expect(step).toEqual({ probe: newProbe });
  });

  it('tries nothing while no job waits', () => {
    const idle = anObservation({ limit: 1, queue: { waiting: 0, oldest: 0 } });
    const step = stepProbe(newProbe, idle, { high: true, atFloor: true, closed: facts(10) });
    expect(step.probe.pinned).toBe(0);
  });
});

function pinned(from: Probe, seconds: number, rate: number): { probe: Probe; limits: readonly (number | undefined)[] } {
  let probe = from;
  const limits = Array.from({ length: seconds }, (_, seq) => {
    if (probe.probing) return undefined;
    const step = stepProbe(probe, anObservation({ seq, limit: 1 }), { high: true, atFloor: true, closed: facts(rate) });
    probe = step.probe;
    return step.limit;
  });
  return { probe, limits };
}

function facts(rate: number): EpochFacts {
  const settled = { jobs: 10, onTime: 10, n: 10, service: 10_000 / rate };
  return { elapsed: 1000, inFlight: 1, limited: 1, jobs: 10, throttled: 0, settled, succeeded: 1 };
}
