import { expect, it } from 'vitest';
import type { CollectionFailure, TelemetryEvent } from '#libs/core';
import { SourceWatch } from './source-watch.ts';

type Collection = Extract<TelemetryEvent, { type: 'collection' }>;

const good: Collection = { type: 'collection', source: 'nvidia-smi', result: 'ok', durationMs: 1 };
const partial: Collection = { ...good, result: 'partial' };
const frozen: Collection = { ...good, result: 'unchanged' };
const slow = failing({ result: 'timeout', message: 'no answer within 2 s', next: 'Turn persistence mode on.' });
const absent = failing({ result: 'spawn', message: 'there is no nvidia-smi', absent: true });

it.each<[string, readonly Collection[], readonly string[]]>([
  ['nothing while it answers', [good, partial, good], []],
  ['once that it begins to fail', [good, slow, slow, slow], ['telemetry-failed']],
  [
    'once that it answers, when that is sure',
    [slow, good, good, partial, good],
    ['telemetry-failed', 'telemetry-answers'],
  ],
  ['one line for one that fails every other time', [slow, good, slow, good, good, slow], ['telemetry-failed']],
  ['that values stand still', [frozen, frozen], ['telemetry-failed']],
  ['hardly anything about a source that is not here', [absent, absent], ['telemetry-absent']],
  ['that a source went away', [good, absent], ['telemetry-failed']],
])('says %s', (_, events, expected) => {
  const watch = new SourceWatch();
  expect(events.flatMap((event) => watch.changed(event)?.event ?? [])).toEqual(expected);
});

it('says what happened and what to do', () => {
  expect(new SourceWatch().changed(slow)).toEqual({
    level: 'warn',
    event: 'telemetry-failed',
    msg: 'telemetry source nvidia-smi fails (timeout): no answer within 2 s. Turn persistence mode on.',
    fields: {
      source: 'nvidia-smi',
      result: 'timeout',
      message: 'no answer within 2 s',
      next: 'Turn persistence mode on.',
    },
  });
});

it('tells sources apart', () => {
  const watch = new SourceWatch();
  expect([slow, { ...slow, source: 'host' as const }].map((event) => watch.changed(event)?.fields?.['source'])).toEqual(
    ['nvidia-smi', 'host'],
  );
});

function failing(failure: CollectionFailure): Collection {
  return { ...good, result: failure.result, failure };
}
