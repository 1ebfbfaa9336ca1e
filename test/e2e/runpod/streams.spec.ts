import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import type { Run } from './remote-worker.ts';
import { startBoth, startWorker } from './set-up.ts';

const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index);

/** Yields so many numbers, one every `ms`. */
function yields(count: number, ms: number, said: { end?: number } = {}): Run {
  return async (_job, context) => {
    for (const number of numbers(count)) {
      await sleep(ms);
      await context.chunk(number);
    }
    said.end = performance.now();
    return { outcome: 'succeeded', output: [] };
  };
}

it('48: 60 chunks at 10 ms with 50 ms round trip arrive in order, before the result, and hardly later than they are made', async () => {
  const said: { end?: number } = {};
  const { fake } = await startBoth({ limit: 1, run: yields(60, 10, said) }, { latencyMs: 25 });
  fake.jobs.add('a');
  await fake.until(() => fake.jobs.job('a').state === 'done');
  const { chunks, events, results } = fake.jobs.job('a');
  expect(chunks).toEqual(numbers(60));
  expect(events).toEqual([...numbers(60).map(() => 'chunk'), 'done']);
  expect(results).toEqual([{ body: { output: [] }, isStream: true }]);
  // One after the other they would take 3 s, 2.4 s longer than to make them.
  const late = (fake.of('done')[0]?.at ?? Infinity) - (said.end ?? 0);
  expect(late).toBeLessThan(400);
});

it('48: chunks of several jobs do not hold each other up or mix', async () => {
  const { fake } = await startBoth({ limit: 12, run: yields(20, 2) }, { latencyMs: 5 });
  const ids = numbers(12).map((index) => `job-${index}`);
  fake.jobs.add(...ids);
  await fake.until(() => fake.jobs.in('done').length === 12);
  for (const id of ids) expect(fake.jobs.job(id).chunks).toEqual(numbers(20));
});

it('48: chunks survive answers of 500 and dropped connections; none is missing, and the result waits for them', async () => {
  const { fake } = await startBoth({ limit: 1, run: yields(30, 1) }, { latencyMs: 5 });
  let count = 0;
  fake.answer = (call) => {
    if (call.route !== 'stream') return undefined;
    count += 1;
    if (count === 5) return { status: 500 };
    return count === 20 ? 'drop' : undefined;
  };
  fake.jobs.add('a');
  await fake.until(() => fake.jobs.job('a').state === 'done');
  const { chunks, events } = fake.jobs.job('a');
  expect([...new Set(chunks)].toSorted((a, b) => Number(a) - Number(b))).toEqual(numbers(30));
  expect(events.at(-1)).toBe('done');
});

it('48: chunks that had not arrived when the worker ended are delivered by the next one, before the result', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'flyball-outbox-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const { fake, worker } = await startBoth({ limit: 1, run: yields(5, 1), outbox: { folder }, flushMs: 50 });
  fake.answer = (call) => (call.route === 'stream' && call.body !== '{"output":0}' ? { status: 503 } : undefined);
  fake.jobs.add('a');
  await fake.until(() => worker.queue.results === 1);
  await worker.stop();
  expect(fake.of('done')).toEqual([]);
  fake.answer = () => undefined;
  await startWorker({ variables: fake.variables(), limit: 1, run: yields(5, 1), outbox: { folder } });
  await fake.until(() => fake.jobs.job('a').state === 'done');
  const { chunks, events, results } = fake.jobs.job('a');
  expect([...new Set(chunks)]).toEqual(numbers(5));
  expect(events.at(-1)).toBe('done');
  expect(results).toEqual([{ body: { output: [] }, isStream: true }]);
});

it('51: of 1,000 progress calls in a loop the last wins, and none lands after the result', async () => {
  const run: Run = async ({ id }, context) => {
    for (const step of numbers(1000)) context.progress(`step ${step}`);
    if (id === 'waits') await sleep(200);
  };
  const { fake } = await startBoth({ limit: 2, run }, { latencyMs: 20 });
  fake.jobs.add('waits', 'ends at once');
  await fake.until(() => fake.jobs.in('done').length === 2);
  await sleep(100);
  const waits = fake.jobs.job('waits');
  expect(waits.progress.at(-1)).toBe('step 999');
  expect(waits.progress.length).toBeLessThan(10);
  for (const id of ['waits', 'ends at once']) {
    expect(fake.jobs.job(id).events.indexOf('done')).toBe(fake.jobs.job(id).events.length - 1);
  }
});

it('51: progress is one request at a time for a job, in order', async () => {
  const run: Run = async (_job, context) => {
    for (const step of numbers(100)) {
      context.progress(step);
      await sleep(2);
    }
  };
  const { fake } = await startBoth({ limit: 1, run }, { latencyMs: 10 });
  fake.jobs.add('a');
  await fake.until(() => fake.jobs.job('a').state === 'done');
  const progress = fake.jobs.job('a').progress as readonly number[];
  expect(progress).toEqual(progress.toSorted((a, b) => a - b));
  const at = fake.of('progress').map((call) => call.at);
  const gaps = at.slice(1).map((time, index) => time - (at[index] ?? 0));
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(15);
});
