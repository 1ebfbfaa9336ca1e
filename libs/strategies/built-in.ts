import { FlyballError, type AnyStrategy } from '#libs/core';
import { closest, distance } from 'fastest-levenshtein';
import { aimd } from './aimd.ts';
import { fixed } from './fixed.ts';
import { handler } from './handler.ts';
import { pid } from './pid.ts';
import { threshold } from './threshold.ts';

export const builtInStrategies: readonly AnyStrategy[] = [aimd, fixed, handler, pid, threshold];

/**
 * The strategy of this name.
 * @throws {FlyballError} UNKNOWN_STRATEGY with the nearest known name
 */
export function findStrategy(name: string, known: readonly AnyStrategy[] = builtInStrategies): AnyStrategy {
  const found = known.find((strategy) => strategy.name === name);
  if (found !== undefined) return found;
  const names = known.map((strategy) => strategy.name);
  const nearest = closest(name, names);
  const guess = distance(name, nearest) <= 2 ? ` Did you mean "${nearest}"?` : '';
  throw new FlyballError('UNKNOWN_STRATEGY', `"${name}" is not known.${guess} Known: ${names.join(', ')}.`);
}
