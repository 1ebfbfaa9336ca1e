import { describeSettings, loadSettings, misspeltVariables } from '#libs/config';
import { FlyballError } from '#libs/core';
import { runPythonTestInput } from '#libs/handlers';
import { createLog } from '#libs/observability';
import { builtInStrategies } from '#libs/strategies';
import { deviceLostStatus, startStandalone } from '../standalone/start-standalone.ts';
import { stopSignal } from './stop-signals.ts';

/** `flyball start HANDLER [ARGS]`: runs until told to stop. Answers with the exit status. */
export async function start(args: readonly string[]): Promise<number> {
  const [given, ...handlerArgs] = args;
  const handlerPath = given ?? process.env['HANDLER'] ?? '';
  // RunPod's own way to try a handler: one job, no endpoint.
  if (handlerPath.endsWith('.py') && handlerArgs.some((arg) => arg.startsWith('--test_input'))) {
    return runPythonTestInput(handlerPath, handlerArgs);
  }

  const strategies = builtInStrategies;
  const overrides = given === undefined ? {} : { HANDLER: given };
  const settings = loadSettings(process.env, { strategies, overrides });
  if (settings.handler === undefined) {
    throw new FlyballError('NO_HANDLER', 'There is no handler. Name one: flyball start ./handler.mjs, or set HANDLER.');
  }
  const log = createLog({ level: settings.logLevel, queue: settings.endpointId });
  const stopped = stopSignal();
  const failed = fatalError();
  const starting = new AbortController();
  void stopped.then((why) => starting.abort(why));
  try {
    log.record(notice('info', 'settings-loaded', { message: changedSettings(overrides) }));
    for (const { variable, nearest } of misspeltVariables(process.env)) {
      const message = `${variable} is not a setting; ${nearest} is. Rename it if you meant that`;
      log.record(notice('warn', 'setting-unknown', { variable, message }));
    }
    const running = await startStandalone(settings, {
      handler: settings.handler,
      strategies,
      environment: process.env,
      args: handlerArgs,
      signal: starting.signal,
      log,
    });
    const { url, endpoint, worker } = running;
    log.record(notice('info', 'process-started', { url, endpoint, worker, pid: process.pid }));
    console.error(banner(url, endpoint));
    const lost = running.deviceLost.then(() => 'the device is lost' as const);
    const why = await Promise.race([stopped, failed, lost]);
    log.record(notice('info', 'shutdown-phase', { phase: 'draining', cause: String(why) }));
    if (why instanceof Error) log.record(notice('error', 'process-fatal', { error: why.stack ?? why.message }));
    await running.stop();
    log.record(notice('info', 'shutdown-phase', { phase: 'stopped' }));
    return why instanceof Error ? 1 : why === 'the device is lost' ? deviceLostStatus : 0;
  } catch (error) {
    if (starting.signal.aborted) return 0;
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

function notice(level: 'info' | 'warn' | 'error', event: string, fields: Readonly<Record<string, unknown>>) {
  return { type: 'notice', level, event, fields } as const;
}

function changedSettings(overrides: Readonly<Record<string, string>>): string {
  const lines = describeSettings(process.env, { strategies: builtInStrategies, overrides });
  const changed = lines.filter(({ from }) => from === 'environment' || from === 'argument');
  return changed.map(({ variable, value }) => `${variable}=${value ?? ''}`).join(' ');
}

function banner(url: string, endpoint: string): string {
  return `
Flyball runs at ${url}
  RunPod clients  baseUrl ${url}/v2   endpoint "${endpoint}"   (Python: RUNPOD_ENDPOINT_BASE_URL=${url}/v2)
  OpenAI clients  baseURL ${url}/v2/${endpoint}/openai/v1
  metrics         ${url}/metrics
`;
}
