import { expect, it } from 'vitest';
import { RecentDecisions } from '#libs/observability';
import { systemClock } from '#libs/runtime';
import { healthyRecord } from '../../test/fixtures/observability/healthy-record.ts';
import { Decisions } from './decisions.ts';
import { Steering } from './steering.ts';

const clock = { wall: () => 2e12 };

function decisionsAt(...times: readonly number[]): Decisions {
  const recent = new RecentDecisions();
  for (const [seq, at] of times.entries()) {
    recent.record({ type: 'period', record: healthyRecord({ seq, at }), durationMs: 1, lagMs: 0 });
  }
  return new Decisions({ recent, worker: () => ({}), clock });
}

it('has no decision before the first period ends, and says so', () => {
  expect(decisionsAt().list({})).toEqual({ decisions: [] });
  expect(() => decisionsAt().explain({})).toThrow(/NOT_STARTED.*first period is under way.*Ask again/);
});

it('says the same as the controller while the handler is starting', () => {
  const starting = { worker: () => undefined, clock };
  const decisions = new Decisions({ ...starting, recent: new RecentDecisions() });
  const identity = { worker: 'w', endpoint: 'local', strategy: 'aimd', configHash: '' };
  const steering = new Steering({ ...starting, identity, clock: systemClock(), emit: () => undefined });
  const said = wordsOf(() => steering.state());
  expect(said).toMatch(/NOT_STARTED.*handler is still starting/);
  expect(wordsOf(() => decisions.explain({}))).toBe(said);
});

it('explains the decision in force then, and the last one for now', () => {
  const decisions = decisionsAt(1e12, 1e12 + 1000, 1e12 + 2000);
  expect(decisions.explain({ at: String(1e12 + 1999) }).id).toBe('9f3c21aa-1');
  expect(decisions.explain({}).id).toBe('9f3c21aa-2');
});

it('says since when it holds decisions when an older one is asked for', () => {
  expect(() => decisionsAt(1e12).explain({ at: '999999999999' })).toThrow(
    /NOT_HELD.*since 2001-09-09T01:46:40.000Z.*--log FILE/,
  );
});

it('lists the newest so many after a moment, oldest first, each with its id', () => {
  const { decisions } = decisionsAt(1e12, 1e12 + 1000, 1e12 + 2000).list({ since: String(1e12), limit: '1' });
  expect(decisions).toMatchObject([{ id: '9f3c21aa-2', seq: 2 }]);
});

function wordsOf(act: () => unknown): string {
  try {
    act();
    return '';
  } catch (error) {
    return String(error);
  }
}
