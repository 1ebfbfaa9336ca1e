import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { builtInStrategies } from '#libs/strategies';
import { startStandalone } from '../../standalone/start-standalone.ts';
import { stopSignal } from '../stop-signals.ts';
import { startReceiver } from './receiver.ts';
import { runDemo } from './run-demo.ts';
import { demoSettings } from './demo-settings.ts';

/** `flyball demo`: settings are honoured but for those that the story needs. Answers with the exit status. */
export async function demo(): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'flyball-demo-'));
  const receiver = await startReceiver();
  traceTo(receiver.url);
  const stop = new AbortController();
  void stopSignal().then((signal) => stop.abort(signal));
  try {
    const settings = demoSettings(folder, process.env);
    await runDemo({
      write: (text) => process.stdout.write(text),
      canvas: { columns: process.stdout.columns ?? 100, colour: process.stdout.isTTY && !process.env['NO_COLOR'] },
      signal: stop.signal,
      strategy: settings.concurrency.strategy,
      webhook: `${receiver.url}/webhook`,
      start: (parts) =>
        startStandalone(settings, { ...parts, strategies: builtInStrategies, environment: process.env }),
    });
    return 0;
  } finally {
    await receiver.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * One job in twenty is traced, and every decision, so that latencies have exemplars. Spans go where the user's own variables
 * say; without any they are dropped here, and the exemplars lead nowhere.
 */
function traceTo(url: string): void {
  if (Object.keys(process.env).some((name) => name.startsWith('OTEL_'))) return;
  // The exporter reads the process's own environment.
  process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] = url;
  process.env['OTEL_TRACES_SAMPLER'] = 'parentbased_traceidratio';
  process.env['OTEL_TRACES_SAMPLER_ARG'] = '0.05';
}
