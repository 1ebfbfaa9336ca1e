import { describeSettings, loadSettings, misspeltVariables } from '#libs/config';
import { FlyballError } from '#libs/core';
import { runPythonTestInput } from '#libs/handlers';
import { createLog, type LeveledEvent } from '#libs/observability';
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
    const running = await startStandalone(settings, {
      handler: settings.handler,
      strategies,
      environment: process.env,
      args: handlerArgs,
      signal: starting.signal,
      log,
    });
    const { url, endpoint, worker } = running;
    tell({ level: 'info', event: 'process-started' }, { url, endpoint, worker, pid: process.pid });
    console.error(banner(url, endpoint));
    const lost = running.deviceLost.then(() => 'the device is lost' as const);
    const why = await Promise.race([stopped, failed, lost]);
    tell({ level: 'info', event: 'shutdown-phase' }, { phase: 'draining', cause: String(why) });
    if (why instanceof Error) tell({ level: 'error', event: 'process-fatal' }, { error: why.stack ?? why.message });
    await running.stop();
    tell({ level: 'info', event: 'shutdown-phase' }, { phase: 'stopped' });
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
