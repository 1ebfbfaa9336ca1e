import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { loadSettings } from '#libs/config';
import { families, type FlyballEvent } from '#libs/observability';
import { builtInStrategies } from '#libs/strategies';
import { startStandalone } from '../../apps/standalone/start-standalone.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'flyball-counted-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

// A series that nothing ever counts is a promise that nobody keeps.
it('counts every operation on the queue and every sink of records that has a series', async () => {
  const events: FlyballEvent[] = [];
  const strategies = builtInStrategies;
  const settings = loadSettings(
    {
      QUEUE_URL: `sqlite:${join(folder, 'queue.db')}`,
      DECISION_LOG: join(folder, 'decisions.jsonl'),
      TELEMETRY_GPU: 'none',
      PORT: '0',
      CONCURRENCY_PERIOD: '50ms',
      CONCURRENCY_INITIAL: '4',
      QUEUE_ATTEMPTS: '1',
      DRAIN_TIMEOUT: '100ms',
    },
    { strategies },
  );
  const hanging = Promise.withResolvers<void>();
  async function* handler(
    job: { readonly input: unknown },
    { progress, signal }: { readonly progress: (data: unknown) => void; readonly signal: AbortSignal },
  ): AsyncGenerator {
    const { input } = job;
    if (input === 'fail') throw new Error('no');
    progress(0.5);
    yield 'a chunk';
    if (input !== 'hang') return;
    hanging.resolve();
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
  }
  const running = await startStandalone(settings, {
    handler: { handler },
    strategies,
    environment: {},
    onEvent: (event) => void events.push(event),
  });
  const send = async (path: string, input: 'fail' | 'hang' | 'stream'): Promise<void> => {
    const init = { method: 'POST', body: JSON.stringify({ input }) };
    await (await fetch(`${running.url}/v2/local/${path}`, init)).json();
  };
  await send('runsync', 'stream');
  await send('runsync', 'fail');
  await send('run', 'hang');
  await hanging.promise;
  await running.stop();
  const operations = events.flatMap((event) => (event.type === 'queue-operation' ? [event.operation] : []));
  const sinks = events.flatMap((event) => (event.type === 'record-written' ? [event.sink] : []));
  expect(new Set(operations)).toEqual(new Set(families.queue_operations_total.labels.operation));
  expect(new Set(sinks)).toEqual(new Set(families.decision_records_total.labels.sink));
});
