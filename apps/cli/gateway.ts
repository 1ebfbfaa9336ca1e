import { loadSettings } from '#libs/config';
import { builtInStrategies } from '#libs/strategies';
import { startGateway } from '../gateway/start-gateway.ts';
import { BadArgument } from './controller-client.ts';
import { serve } from './serve.ts';

/** `flyball gateway`: the endpoint alone; workers elsewhere run its jobs. */
export async function gateway(args: readonly string[]): Promise<number> {
  if (args.length > 0) {
    throw new BadArgument(`"${args[0]}": a gateway runs no handler, and its settings are variables.`);
  }
  const settings = loadSettings(process.env, { strategies: builtInStrategies });
  return serve({
    settings,
    overrides: {},
    open: (log) => startGateway(settings, { environment: process.env, log }),
    banner: ({ url, endpoint }) => `
Flyball's gateway for "${endpoint}" runs at ${url}
  RunPod clients  baseUrl ${url}/v2   endpoint "${endpoint}"   (Python: RUNPOD_ENDPOINT_BASE_URL=${url}/v2)
  OpenAI clients  baseURL ${url}/v2/${endpoint}/openai/v1
  workers         QUEUE_URL as here, ENDPOINT_ID=${endpoint}: flyball worker ./handler.mjs
  metrics         ${url}/metrics
`,
  });
}
