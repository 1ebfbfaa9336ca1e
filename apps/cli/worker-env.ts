import { randomUUID } from 'node:crypto';
import { loadSettings } from '#libs/config';
import { workerEnvironment } from '#libs/runpod';
import { builtInStrategies } from '#libs/strategies';
import { BadArgument, optionsOf } from './controller-client.ts';

const form = 'flyball worker-env [--url http://HOST:PORT] [--name NAME]';
const options = { url: { type: 'string' }, name: { type: 'string' } } as const;

/** `flyball worker-env`: what RunPod's unchanged Python SDK needs in its environment to work for this endpoint. */
export function workerEnv(args: readonly string[]): number {
  const { values, positionals } = optionsOf(args, { options, form });
  const [stranger] = positionals;
  if (stranger !== undefined) throw new BadArgument(`worker-env takes no "${stranger}". Write ${form}.`);
  const { http, endpointId: endpoint } = loadSettings(process.env, { strategies: builtInStrategies });
  const { url = `http://127.0.0.1:${http.port}`, name = `worker-${randomUUID().slice(0, 8)}` } = values;
  if (!URL.canParse(url)) throw new BadArgument(`--url ${url} is no address. Write ${form}.`);
  if (!/^[\w.-]{1,64}$/.test(name))
    throw new BadArgument(`--name ${name} is not 1 to 64 letters, digits, ".", "_" or "-".`);
  const [{ key } = { key: 'any' }] = http.adminKeys.length > 0 ? http.adminKeys : http.apiKeys;
  console.log(workerEnvironment({ url: url.replace(/\/+$/, ''), endpoint, worker: name, key }));
  return 0;
}
