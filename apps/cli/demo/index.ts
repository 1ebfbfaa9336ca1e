import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadSettings, type Settings } from '#libs/config';
import { builtInStrategies } from '#libs/strategies';
import { startStandalone } from '../../standalone/start-standalone.ts';
import { stopSignal } from '../stop-signals.ts';
import { runDemo } from './run-demo.ts';

/** `flyball demo`: settings are honoured but for those that the story needs. Answers with the exit status. */
export async function demo(): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'flyball-demo-'));
  const stop = new AbortController();
  void stopSignal().then((signal) => stop.abort(signal));
  try {
    const settings = demoSettings(folder);
    await runDemo({
      write: (text) => process.stdout.write(text),
      canvas: { columns: process.stdout.columns ?? 100, colour: process.stdout.isTTY && !process.env['NO_COLOR'] },
      signal: stop.signal,
      strategy: settings.concurrency.strategy,
      start: (parts) =>
        startStandalone(settings, { ...parts, strategies: builtInStrategies, environment: process.env }),
    });
    return 0;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A queue of its own that is thrown away, a simulated device, and no keys: only this machine can reach it. */
function demoSettings(folder: string): Settings {
  const overrides = {
    QUEUE_URL: `sqlite:${join(folder, 'queue.db')}`,
    TELEMETRY_GPU: 'sim:ramp',
    BIND_ADDRESS: '127.0.0.1',
    PORT: process.env['PORT'] ?? '0',
    API_KEYS: '',
    ADMIN_KEYS: '',
    RATE_LIMITS: 'false',
    HANDLER: '',
    DRAIN_TIMEOUT: '1s',
    // The picture's full width.
    CONCURRENCY_MAX: process.env['CONCURRENCY_MAX'] ?? '48',
  };
  return loadSettings(process.env, { strategies: builtInStrategies, overrides });
}
