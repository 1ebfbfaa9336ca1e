import { loadSettings, type Settings } from '#libs/config';
import { FlyballError } from '#libs/core';
import { runPythonTestInput } from '#libs/handlers';
import { builtInStrategies } from '#libs/strategies';
import { startStandalone } from '../standalone/start-standalone.ts';
import { startWorker } from '../worker/start-worker.ts';
import { serve } from './serve.ts';

/** `flyball start HANDLER [ARGS]`: endpoint and worker; where the queue is RunPod's own, the worker alone. */
export async function start(args: readonly string[]): Promise<number> {
  return runHandler('start', args);
}

/** `flyball worker HANDLER [ARGS]`: the worker alone, on a queue that others fill. */
export async function worker(args: readonly string[]): Promise<number> {
  return runHandler('worker', args);
}

async function runHandler(command: 'start' | 'worker', args: readonly string[]): Promise<number> {
  const [given, ...handlerArgs] = args;
  const handlerPath = given ?? process.env['HANDLER'] ?? '';
  // RunPod's own way to try a handler: one job, no endpoint.
  if (handlerPath.endsWith('.py') && handlerArgs.some((arg) => arg.startsWith('--test_input'))) {
    return runPythonTestInput(handlerPath, handlerArgs);
  }
  const strategies = builtInStrategies;
  const overrides: Readonly<Record<string, string>> = given === undefined ? {} : { HANDLER: given };
  const settings = loadSettings(process.env, { strategies, overrides });
  const { handler } = settings;
  if (handler === undefined) {
    throw new FlyballError(
      'NO_HANDLER',
      `There is no handler. Name one: flyball ${command} ./handler.mjs, or set HANDLER.`,
    );
  }
  const alone = command === 'worker' || settings.queue.url === 'runpod:';
  return serve({
    settings,
    overrides,
    open: (log, signal) =>
      (alone ? startWorker : startStandalone)(settings, {
        handler,
        strategies,
        environment: process.env,
        args: handlerArgs,
        signal,
        log,
      }),
    banner: ({ url, endpoint }) => (alone ? workerBanner(url, settings) : banner(url, endpoint)),
  });
}

function banner(url: string, endpoint: string): string {
  return `
Flyball runs at ${url}
  RunPod clients  baseUrl ${url}/v2   endpoint "${endpoint}"   (Python: RUNPOD_ENDPOINT_BASE_URL=${url}/v2)
  OpenAI clients  baseURL ${url}/v2/${endpoint}/openai/v1
  metrics         ${url}/metrics
`;
}

function workerBanner(url: string, { endpointId, queue }: Settings): string {
  return `
Flyball works for "${endpointId}" (${queue.url.split(':', 1)[0]})
  metrics         ${url}/metrics
  why             flyball explain --url ${url}
`;
}
