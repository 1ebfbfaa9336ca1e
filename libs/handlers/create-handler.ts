import { extname } from 'node:path';
import { FlyballError } from '#libs/core';
import { isolatedHandler } from './bridge/isolated.ts';
import type { Handler, HandlerListener } from './contract.ts';
import { HttpHandler } from './http/http-handler.ts';
import { ModuleHandler } from './module.ts';
import { pythonHandler } from './python/python-handler.ts';
import type { HandlerOptions } from './options.ts';
import type { HandlerObject } from './user-code/handler-object.ts';

const scripts = ['.mjs', '.js', '.cjs', '.ts', '.mts', '.cts'];

/**
 * The handler of `HANDLER`, picked by its ending, or of the object given to `start()`; nothing is started yet.
 * @throws {FlyballError} HANDLER_UNKNOWN
 */
export function createHandler(
  source: string | HandlerObject,
  options: HandlerOptions,
  listener: HandlerListener,
): Handler {
  if (typeof source !== 'string') return inProcess(source, options, listener);
  if (/^https?:/i.test(source)) return new HttpHandler(source, options, listener);
  const extension = extname(source);
  if (scripts.includes(extension)) {
    return options.isolation === 'process'
      ? isolatedHandler(source, options, listener)
      : new ModuleHandler(source, options, listener);
  }
  if (extension === '.py') return pythonHandler(source, options, listener);
  throw new FlyballError(
    'HANDLER_UNKNOWN',
    `HANDLER=${JSON.stringify(source)} is no handler. Give a file ending in ${scripts.join(', ')} or .py, or an http:// address.`,
  );
}

function inProcess(source: HandlerObject, options: HandlerOptions, listener: HandlerListener): Handler {
  if (options.isolation !== 'process') return new ModuleHandler(source, options, listener);
  throw new FlyballError(
    'HANDLER_UNKNOWN',
    'HANDLER_ISOLATION=process cannot move a handler object to another process. Give the path of a file that exports it.',
  );
}
