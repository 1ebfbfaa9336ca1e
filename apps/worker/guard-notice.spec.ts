import { expect, it } from 'vitest';
import type { GuardFacts } from '#libs/core';
import type { FlyballEvent } from '#libs/observability';
import { healthyRecord } from '../../test/fixtures/observability/healthy-record.ts';
import { guardNotice } from './guard-notice.ts';

function noticesOf(guards: readonly (Partial<GuardFacts> | undefined)[]): readonly string[] {
  const notices: string[] = [];
  const see = guardNotice((event: FlyballEvent) => {
    if (event.type === 'notice') notices.push(`${event.level} ${event.event}`);
  });
  for (const change of guards) {
    const guard = { state: 'on', model: 'fatal', refused: 0, devices: [], ...change } as const;
    const record = healthyRecord(change === undefined ? {} : { guard });
    see({ type: 'period', record, durationMs: 1, lagMs: 0 });
  }
  return notices;
}

it('is silent about a guard that works, and where nobody expects one', () => {
  expect(noticesOf([{ state: 'cold' }, { state: 'on' }, { state: 'on' }])).toEqual([]);
  expect(noticesOf([undefined, undefined])).toEqual([]);
});

it('warns once when a first reading never came', () => {
  expect(noticesOf([{ state: 'cold' }, { state: 'off' }, { state: 'off' }])).toEqual(['warn guard-off']);
});

it('tells each time that readings are old, and that they never fall', () => {
  const states = ['on', 'stale', 'stale', 'on', 'stale', 'high-water'] as const;
  expect(noticesOf(states.map((state) => ({ state })))).toEqual([
    'warn guard-stale',
    'warn guard-stale',
    'info guard-high-water',
  ]);
});

it('tells what out-of-memory is now taken to cost', () => {
  expect(noticesOf([{ model: 'fatal' }, { model: 'job' }, { model: 'job' }, { model: 'fatal' }])).toEqual([
    'info guard-model',
    'info guard-model',
  ]);
});
