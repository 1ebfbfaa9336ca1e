import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { FlyballError } from '#libs/core';
import { handlerObjectKeys, type HandlerObject } from './handler-object.ts';
import { nearestKey } from './nearest-key.ts';

type Exports = Readonly<Record<string, unknown>>;

/**
 * The handler of a JavaScript or TypeScript file: its default export or its export `handler`, with the other keys of
 * RunPod's config as further exports.
 * @throws {FlyballError} HANDLER_FAILED
 */
export async function loadHandler(path: string): Promise<HandlerObject> {
  const absolute = resolve(path);
  if (!existsSync(absolute)) {
    throw new FlyballError(
      'HANDLER_FAILED',
      `${path} does not exist (${absolute}). Give the path of your handler file.`,
    );
  }
  let exports: Exports;
  try {
    exports = (await import(pathToFileURL(absolute).href)) as Exports;
  } catch (error) {
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    throw new FlyballError('HANDLER_FAILED', `${path} cannot be imported: ${reason}. Run it with node to see where.`, {
      cause: error,
    });
  }
  return handlerIn(exports, path);
}

function handlerIn(exports: Exports, path: string): HandlerObject {
  const fallback = exports['default'];
  // `export default { handler, … }`, and CommonJS's module.exports, which is the default export.
  const nested = typeof fallback === 'object' && fallback !== null ? (fallback as Exports) : undefined;
  const found =
    typeof fallback === 'function'
      ? { ...exports, handler: exports['handler'] ?? fallback }
      : { ...nested, ...exports };
  const { handler } = found as Exports;
  if (typeof handler !== 'function') {
    const names = Object.keys({ ...nested, ...exports }).filter((name) => name !== 'module.exports');
    const list = names.length === 0 ? 'It exports nothing' : `It exports ${names.join(', ')}`;
    throw new FlyballError(
      'HANDLER_FAILED',
      `${path} has no handler. ${list}. Export a function as default or as "handler": export default async (job) => …`,
    );
  }
  return handlerObject(found, path);
}

/** @throws {FlyballError} HANDLER_FAILED when one of the config's values has the wrong type */
export function handlerObject(given: Partial<Record<keyof HandlerObject, unknown>>, name: string): HandlerObject {
  const { handler, concurrencyModifier, returnAggregateStream, refreshWorker } = given;
  const wrong = (key: keyof HandlerObject, allowed: string): FlyballError =>
    new FlyballError('HANDLER_FAILED', `${key} of ${name} is ${typeof given[key]}. It must be ${allowed}.`);
  if (typeof handler !== 'function') throw wrong('handler', 'a function of the job');
  if (concurrencyModifier !== undefined && typeof concurrencyModifier !== 'function') {
    throw wrong('concurrencyModifier', 'a function from the limit in force to the wanted one');
  }
  // Bound: a handler may be a method that needs its object.
  const bound = handler.bind(given) as HandlerObject['handler'];
  const modifier = concurrencyModifier?.bind(given) as HandlerObject['concurrencyModifier'];
  return {
    handler: bound,
    ...(modifier !== undefined && { concurrencyModifier: modifier }),
    returnAggregateStream: Boolean(returnAggregateStream),
    refreshWorker: Boolean(refreshWorker),
  };
}

/** One warning for each key that is no key of the config, with the nearest one. */
export function unknownKeys(given: object): readonly string[] {
  return Object.keys(given)
    .filter((key) => !(handlerObjectKeys as readonly string[]).includes(key))
    .map(
      (key) =>
        `"${key}" is not a key of the handler's config and has no effect. Did you mean "${nearestKey(key, handlerObjectKeys)}"?`,
    );
}
