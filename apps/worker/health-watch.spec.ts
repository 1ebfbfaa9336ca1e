import { expect, it } from 'vitest';
import { HealthWatch } from './health-watch.ts';

it('forgets a failed call on the queue when none has failed since: the next one waits in it', () => {
  let now = 0;
  const watch = new HealthWatch(() => now);
  const queueOk = (): boolean => watch.facts({ handlerReady: true, draining: false }).queueOk;
  expect(queueOk()).toBe(true);
  watch.sink({ type: 'queue-operation', operation: 'take', result: 'error', durationMs: 1 });
  expect(queueOk()).toBe(false);
  now = 14_000;
  expect(queueOk()).toBe(false);
  now = 16_000;
  expect(queueOk()).toBe(true);
});

it.each(['depth', 'progress', 'chunk'] as const)(
  'takes a failed %s for no sign of a queue that is gone',
  (operation) => {
    const watch = new HealthWatch(() => 0);
    const queueOk = (): boolean => watch.facts({ handlerReady: true, draining: false }).queueOk;
    watch.sink({ type: 'queue-operation', operation, result: 'error', durationMs: 1 });
    expect(queueOk()).toBe(true);
    watch.sink({ type: 'queue-operation', operation: 'take', result: 'error', durationMs: 1 });
    watch.sink({ type: 'queue-operation', operation, result: 'ok', durationMs: 1 });
    expect(queueOk()).toBe(false);
  },
);
