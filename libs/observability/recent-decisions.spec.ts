import { expect, it } from 'vitest';
import { healthyRecord } from '../../test/fixtures/observability/healthy-record.ts';
import type { FlyballEvent } from './events.ts';
import { decisionAt, RecentDecisions } from './recent-decisions.ts';

function recorded(count: number): RecentDecisions {
  const recent = new RecentDecisions();
  for (let seq = 0; seq < count; seq += 1) {
    const record = Object.assign(healthyRecord({ seq, at: 1000 * seq }), { checkpoint: {} });
    recent.record({ type: 'period', record, durationMs: 1, lagMs: 0 });
  }
  return recent;
}

it('holds what there is, oldest first, and no checkpoints', () => {
  const all = recorded(3).all();
  expect(all.map(({ seq }) => seq)).toEqual([0, 1, 2]);
  expect(all[0]).not.toHaveProperty('checkpoint');
});

it('forgets the oldest of more than 3,600', () => {
  const all = recorded(5000).all();
  expect(all).toHaveLength(3600);
  expect([all[0]?.seq, all.at(-1)?.seq]).toEqual([1400, 4999]);
});

it('counts what it keeps', () => {
  const events: FlyballEvent[] = [];
  const recent = new RecentDecisions((event) => void events.push(event));
  recent.record({ type: 'period', record: healthyRecord(), durationMs: 1, lagMs: 0 });
  expect(events).toEqual([{ type: 'record-written', sink: 'memory', result: 'written' }]);
});

it('knows which was in force at a moment: the last that had been made', () => {
  const all = recorded(3).all();
  const moments = [-1, 0, 999, 1000, 9999];
  expect(moments.map((moment) => decisionAt(all, moment)?.seq)).toEqual([undefined, 0, 0, 1, 2]);
});
