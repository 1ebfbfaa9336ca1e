import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Handler, HandlerListener } from '../contract.ts';
import { handlerEnv } from '../handler-env.ts';
import type { HandlerOptions } from '../options.ts';
import { BridgeHandler } from './bridge-handler.ts';

const fromSource = import.meta.url.endsWith('.ts');
const entry = fileURLToPath(new URL(fromSource ? './child.ts' : './child.js', import.meta.url));

/** A JavaScript or TypeScript handler in a process of its own (`HANDLER_ISOLATION=process`). */
export function isolatedHandler(path: string, options: HandlerOptions, listener: HandlerListener): Handler {
  const nodeOptions = fromSource ? ['--conditions=flyball-source'] : [];
  return new BridgeHandler({
    kind: 'module',
    graceMs: options.graceMs ?? 5000,
    listener,
    command: () => ({
      file: process.execPath,
      args: [...nodeOptions, entry, resolve(path), ...(options.args ?? [])],
      env: handlerEnv(options),
    }),
  });
}
