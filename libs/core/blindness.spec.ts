import type { Decision, Observation, Reading } from '#libs/core';
import { anObservation } from '#libs/testing';
import { describe, expect, it } from 'vitest';
import { stepBlindness, type Blindness } from './blindness.ts';

describe('blindness', () => {
  it('holds for 30 s, then takes a fifth every 10 s down to the initial limit', () => {
    const steps = play(
      40,
      10,
      seconds(140, () => 'signal-stale'),
    );
    const changes = steps.flatMap(({ at, limit }, index) =>
      limit === (steps[index - 1]?.limit ?? 40) ? [] : [[at, limit]],
    );
    expect(changes).toEqual([
      [31, 32],
      [41, 25.6],
      [51, 20.48],
      [61, 16.384],
      [71, 13.1072],
      [81, 10.4858],
      [91, 10],
    ]);
  });

  it('says why it holds, and `blind` from the first cut on, also between the cuts and at the bottom', () => {
    const steps = play(
      40,
      10,
      seconds(140, () => 'signal-stale'),
    );
    expect(steps.slice(0, 30).every(({ reason }) => reason === 'signal-stale')).toBe(true);
    expect(steps.slice(30).every(({ reason }) => reason === 'blind')).toBe(true);
    expect(
      play(
        4,
        4,
        seconds(31, () => 'signal-missing'),
      )
        .map(({ reason }) => reason)
        .slice(-2),
    ).toEqual(['signal-missing', 'blind']);
  });

  it('leaves a limit alone that is not above the initial one', () => {
    expect(
      play(
        3,
        10,
        seconds(140, () => 'signal-stale'),
      ).every(({ limit }) => limit === 3),
    ).toBe(true);
  });

  it('obeys again at the third fresh reading', () => {
    const said = seconds(10, (at) => (at <= 5 ? 'signal-stale' : 'headroom'));
    expect(
      play(8, 1, said)
        .map(({ reason }) => reason)
        .slice(5),
    ).toEqual(['signal-stale', 'signal-stale', undefined, undefined, undefined]);
  });

  it('counts a reading once, however often it is observed', () => {
    const said = seconds(16, (at) => (at <= 5 ? 'signal-stale' : 'headroom'));
    const slow = play(8, 1, said, (at) => [gpu({ age: 1000 * (at % 3) })]);
    expect(slow.findIndex(({ at, reason }) => at > 5 && reason === undefined)).toBe(11);
  });

  it('waits for the slowest source', () => {
    const said = seconds(16, (at) => (at <= 5 ? 'signal-stale' : 'headroom'));
    const readings = (at: number): readonly Reading[] => [
      gpu({ age: 0, name: 'backend.cache' }),
      gpu({ age: 1000 * (at % 3) }),
    ];
    expect(play(8, 1, said, readings).findIndex(({ at, reason }) => at > 5 && reason === undefined)).toBe(11);
  });

  it('counts periods where what came back is no reading', () => {
    const said = seconds(9, (at) => (at <= 5 ? 'signal-stale' : 'headroom'));
    expect(
      play(8, 1, said, () => [])
        .map(({ reason }) => reason)
        .slice(5),
    ).toEqual(['signal-stale', 'signal-stale', undefined, undefined]);
  });

  it('goes on where it was when the signal is lost again before the third reading', () => {
    const flickering = seconds(200, (at) => (at % 20 === 0 ? 'headroom' : 'signal-stale'));
    expect(play(40, 10, flickering).at(-1)?.limit).toBe(10);
  });

  it('begins anew when the signal was back for good', () => {
    const said = seconds(75, (at) => (at > 25 && at <= 45 ? 'headroom' : 'signal-stale'));
    expect(play(40, 10, said).every(({ limit }) => limit === 40)).toBe(true);
  });

  it('lets a strategy begin at once with the first reading it ever sees', () => {
    const said = seconds(10, (at) => (at <= 5 ? 'signal-missing' : 'headroom'));
    expect(play(8, 1, said)[5]).toEqual({ at: 6, limit: 8, reason: undefined });
  });

  it('says nothing of a strategy that needs no reading', () => {
    const [step] = play(8, 1, [{ at: 1, reason: 'no-samples' }]);
    expect(step).toEqual({ at: 1, limit: 8, reason: undefined });
  });

  it('is plain JSON', () => {
    const said = seconds(60, (at) => (at <= 50 ? 'signal-stale' : at === 51 ? 'headroom' : 'signal-stale'));
    expect(play(40, 1, said)).toEqual(
      play(40, 1, said, undefined, (state) => JSON.parse(JSON.stringify(state)) as Blindness),
    );
  });
});

interface Said {
  readonly at: number;
  readonly reason: Decision['reason'];
}

function seconds(count: number, reasonAt: (at: number) => Decision['reason']): readonly Said[] {
  return Array.from({ length: count }, (_, index) => ({ at: index + 1, reason: reasonAt(index + 1) }));
}

/** What blindness makes of a strategy that asks for twice the limit and says these things, one a second. */
function play(
  from: number,
  initial: number,
  said: readonly Said[],
  readingsAt: (at: number) => readonly Reading[] = () => [gpu({ age: 0 })],
  carry: (state: Blindness) => Blindness = (state) => state,
): readonly { at: number; limit: number; reason: string | undefined }[] {
  let limit = from;
  let blindness: Blindness | undefined;
  return said.map(({ at, reason }) => {
    const observation: Observation = anObservation({ t: 1000 * at, limit, readings: readingsAt(at) });
    const decision = { limit: 2 * limit, reason };
    const step = stepBlindness(blindness && carry(blindness), { decision, observation, limit, initial });
    blindness = step.blindness;
    limit = step.instead?.limit ?? limit;
    return { at, limit, reason: step.instead?.reason };
  });
}

function gpu(over: Partial<Reading>): Reading {
  return { name: 'gpu.utilization', gpu: 'GPU-a', value: 0.5, unit: 'ratio', source: 'simulated', age: 0, ...over };
}
