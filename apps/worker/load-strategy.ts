import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { FlyballError, type AnyStrategy } from '#libs/core';

/**
 * The strategy a module exports: as `default`, else the first export that is one.
 * @throws {FlyballError} STRATEGY_NOT_FOUND, NOT_A_STRATEGY
 */
export async function loadStrategy(path: string): Promise<AnyStrategy> {
  let exported: Record<string, unknown>;
  try {
    exported = (await import(pathToFileURL(resolve(path)).href)) as Record<string, unknown>;
  } catch (cause) {
    throw new FlyballError(
      'STRATEGY_NOT_FOUND',
      `CONCURRENCY_STRATEGY="${path}" could not be loaded: ${cause instanceof Error ? cause.message : String(cause)}. ` +
        `Give the path of a module that exports a strategy, relative to the working folder.`,
      { cause },
    );
  }
  const found = [exported['default'], ...Object.values(exported)].find(isStrategy);
  if (found === undefined) {
    throw new FlyballError(
      'NOT_A_STRATEGY',
      `CONCURRENCY_STRATEGY="${path}" exports ${Object.keys(exported).join(', ') || 'nothing'}. ` +
        `Export default { name, summary, config, initialState, step }; CONTRIBUTING.md shows one.`,
    );
  }
  return found;
}

function isStrategy(value: unknown): value is AnyStrategy {
  if (typeof value !== 'object' || value === null) return false;
  const has = (key: string, type: string): boolean => typeof Reflect.get(value, key) === type;
  const schema: unknown = Reflect.get(value, 'config');
  return (
    has('name', 'string') &&
    has('initialState', 'function') &&
    has('step', 'function') &&
    (typeof schema === 'object' || typeof schema === 'function') &&
    schema !== null &&
    '~standard' in schema
  );
}
