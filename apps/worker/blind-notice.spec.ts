import { describe, expect, it } from 'vitest';
import type { DecisionRecord, Reason } from '#libs/core';
import type { FlyballEvent } from '#libs/observability';
import { healthyRecord } from '../../test/fixtures/observability/healthy-record.ts';
import { blindNotice } from './blind-notice.ts';

function noticesOf(
  reasons: readonly Reason[],
  missing: DecisionRecord['observation']['missing'] = [],
): readonly FlyballEvent[] {
  const notices: FlyballEvent[] = [];
  const see = blindNotice((event) => notices.push(event));
  for (const [second, reason] of reasons.entries()) {
    const mode = reason === 'draining' ? reason : 'auto';
    const healthy = healthyRecord({ t: 1000 * second, mode, reason });
    const record = { ...healthy, observation: { ...healthy.observation, missing } };
    see({ type: 'period', record, durationMs: 1, lagMs: 0 });
  }
  return notices;
}

const names = (notices: readonly FlyballEvent[]): readonly string[] =>
  notices.map((event) => (event.type === 'notice' ? event.event : event.type));

describe('blindNotice', () => {
  it('tells once that readings are gone, through the cuts, and once that they are back', () => {
    const stale = Array<Reason>(6).fill('signal-stale');
    const notices = noticesOf(['steady', ...stale, 'blind', 'blind', 'signal-stale', 'headroom', 'steady']);
    expect(names(notices)).toEqual(['signal-lost', 'signal-back']);
  });

  it('does not take the end of the worker for a return of its readings', () => {
    expect(names(noticesOf([...Array<Reason>(6).fill('signal-stale'), 'draining']))).toEqual(['signal-lost']);
  });

  it('is silent about what lasts less than three seconds', () => {
    expect(names(noticesOf(['signal-missing', 'signal-missing', 'steady', 'signal-stale', 'steady']))).toEqual([]);
  });

  it('says why in words', () => {
    const missing = [{ name: 'gpu.memory.used', gpu: 'GPU-a', why: 'stale' as const }];
    const [lost] = noticesOf(Array<Reason>(5).fill('signal-stale'), missing);
    expect(lost).toMatchObject({ fields: { message: expect.stringContaining('the last value is too old') } });
  });

  it('says that nothing tells it where nothing is even missing', () => {
    const [lost] = noticesOf(Array<Reason>(5).fill('signal-missing'));
    expect(lost).toMatchObject({ fields: { message: expect.stringContaining('no source tells it') } });
  });
});
