import { distance } from 'fastest-levenshtein';
import { givenVariables, type Environment } from './environment.ts';
import { schema } from './schema.ts';

/**
 * Variables outside our prefixes that differ from a setting by a letter or two: `API_KEY`, `PORTT`. They may be somebody
 * else's, so this is for a warning, not for a refusal.
 */
export function misspeltVariables(
  environment: Environment,
): readonly { readonly variable: string; readonly nearest: string }[] {
  const names = Object.keys(schema);
  return givenVariables(environment).flatMap((variable) => {
    if (names.includes(variable) || /^(CONCURRENCY|QUEUE|TELEMETRY|LATENCY|DECISION|DRAIN)_/.test(variable)) return [];
    const nearest = names.find((name) => distance(variable, name) <= (name.length > 8 ? 2 : 1));
    return nearest === undefined ? [] : [{ variable, nearest }];
  });
}
