import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FlyballError } from '#libs/core';
import { BridgeHandler } from '../bridge/bridge-handler.ts';
import type { Handler, HandlerListener } from '../contract.ts';
import { handlerEnv } from '../handler-env.ts';
import type { HandlerOptions } from '../options.ts';
import { pythonInterpreter } from './interpreter.ts';

const bridge = fileURLToPath(new URL('./bridge.py', import.meta.url));

/** An unchanged RunPod `handler.py`, in a Python process of its own. */
export function pythonHandler(path: string, options: HandlerOptions, listener: HandlerListener): Handler {
  const env = handlerEnv(options);
  return new BridgeHandler({
    kind: 'python',
    graceMs: options.graceMs ?? 5000,
    listener,
    command: () => ({
      file: pythonInterpreter(options.python, env),
      args: bridgeArguments('serve', path, options.args ?? []),
      env,
    }),
  });
}

/** @throws {FlyballError} HANDLER_FAILED when there is no such file */
export function bridgeArguments(mode: 'serve' | 'test', path: string, args: readonly string[]): readonly string[] {
  if (!existsSync(path)) {
    const absolute = resolve(path);
    throw new FlyballError(
      'HANDLER_FAILED',
      `${path} does not exist (${absolute}). Give the path of your handler file.`,
    );
  }
  return [bridge, mode, path, ...args];
}
