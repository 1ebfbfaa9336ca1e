import { describeSettings, misspeltVariables, type Settings } from '#libs/config';
import { FlyballError } from '#libs/core';
import { createLog, type LeveledEvent, type Log } from '#libs/observability';
import { builtInStrategies } from '#libs/strategies';
import { deviceLostStatus } from '../worker/worker-options.ts';
import { stopSignal } from './stop-signals.ts';

export interface Served {
  readonly url: string;
  readonly endpoint: string;
  readonly worker?: string;
  readonly deviceLost?: Promise<void>;
  readonly replaced?: Promise<void>;
  stop(): Promise<void>;
}

export interface ServeOptions<Running extends Served> {
  readonly settings: Settings;
  /** What arguments said, by variable. */
  readonly overrides: Readonly<Record<string, string>>;
  /** @param signal aborts when a start is no longer wanted */
  readonly open: (log: Log, signal: AbortSignal) => Promise<Running>;
  /** For a person at the terminal. */
  readonly banner: (running: Running) => string;
}

/** Runs a process until it is told to stop, tells the log of it, and answers with the exit status. */
export async function serve<Running extends Served>(options: ServeOptions<Running>): Promise<number> {
  const { settings, overrides, open, banner } = options;
  const log = createLog({ level: settings.logLevel, queue: settings.endpointId });
  const tell = (said: LeveledEvent, fields: Readonly<Record<string, unknown>>): void =>
    log.record({ type: 'notice', ...said, fields });
  const stopped = stopSignal();
  const failed = fatalError();
  const starting = new AbortController();
  void stopped.then((why) => starting.abort(why));
  try {
    tell({ level: 'info', event: 'settings-loaded' }, { message: changedSettings(overrides) });
    for (const { variable, nearest } of misspeltVariables(process.env)) {
      const message = `${variable} is not a setting; ${nearest} is. Rename it if you meant that`;
      tell({ level: 'warn', event: 'setting-unknown' }, { variable, message });
    }
    const running = await open(log, starting.signal);
    const { url, endpoint, worker, deviceLost, replaced } = running;
    tell({ level: 'info', event: 'process-started' }, { url, endpoint, worker, pid: process.pid });
    console.error(banner(running));
    const never = new Promise<never>(() => undefined);
    const lost = (deviceLost ?? never).then(() => 'the device is lost' as const);
    const asked = (replaced ?? never).then(() => 'the handler asked to be replaced');
    const why = await Promise.race([stopped, failed, lost, asked]);
    tell({ level: 'info', event: 'shutdown-phase' }, { phase: 'draining', cause: String(why) });
    if (why instanceof Error) tell({ level: 'error', event: 'process-fatal' }, { error: why.stack ?? why.message });
    await running.stop();
    tell({ level: 'info', event: 'shutdown-phase' }, { phase: 'stopped' });
    return why instanceof Error ? 1 : why === 'the device is lost' ? deviceLostStatus : 0;
  } catch (error) {
    if (starting.signal.aborted) return 0;
    tell({ level: 'error', event: 'process-fatal' }, fatalFields(error));
    throw error;
  } finally {
    log.close();
  }
}

/** An error nobody caught: what runs is brought to an end in order, and the status says 1. */
function fatalError(): Promise<Error> {
  return new Promise((resolve) => {
    process.once('uncaughtException', (error) => resolve(error));
  });
}

/** What is an operator's to mend has its next step in the message; of a defect the stack is wanted. */
function fatalFields(error: unknown): Readonly<Record<string, unknown>> {
  if (error instanceof FlyballError) return { code: error.code, message: error.message };
  return { error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}

function changedSettings(overrides: Readonly<Record<string, string>>): string {
  const lines = describeSettings(process.env, { strategies: builtInStrategies, overrides });
  const changed = lines.filter(({ from }) => from === 'environment' || from === 'argument');
  return changed.map(({ variable, value }) => `${variable}=${value ?? ''}`).join(' ');
}
