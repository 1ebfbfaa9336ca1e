import type { AnyStrategy } from '#libs/core';

/** What a schema says of one parameter. */
export interface ParameterFacts {
  /** camelCase, as in the strategy's config. */
  readonly name: string;
  readonly default?: unknown;
  /** In words, where the schema tells: `0 to 1`, `auto, slack`. */
  readonly allowed?: string;
}

/**
 * The parameters of a strategy, from its JSON Schema where the library of its schema can give one (zod can), else those
 * that have a default.
 */
export function parameterFacts({ config }: AnyStrategy): readonly ParameterFacts[] {
  const standard: unknown = config['~standard'];
  const described = isDescribed(standard) ? standard.jsonSchema.input({ target: 'draft-2020-12' }) : undefined;
  if (described?.properties === undefined) return defaultsOf(config);
  return Object.entries(described.properties).map(([name, property]) => {
    const allowed = allowedWords(property);
    return {
      name,
      ...('default' in property && { default: property['default'] }),
      ...(allowed !== undefined && { allowed }),
    };
  });
}

interface Property {
  readonly [key: string]: unknown;
}

interface Described {
  readonly jsonSchema: {
    input(options: { readonly target: string }): { readonly properties?: Readonly<Record<string, Property>> };
  };
}

function isDescribed(standard: unknown): standard is Described {
  if (typeof standard !== 'object' || standard === null || !('jsonSchema' in standard)) return false;
  const { jsonSchema } = standard;
  return typeof jsonSchema === 'object' && jsonSchema !== null && 'input' in jsonSchema;
}

function defaultsOf(config: AnyStrategy['config']): readonly ParameterFacts[] {
  const result = config['~standard'].validate({});
  if (result instanceof Promise || result.issues !== undefined) return [];
  const defaults: unknown = result.value;
  if (typeof defaults !== 'object' || defaults === null) return [];
  return Object.entries(defaults).map(([name, value]) => ({ name, default: value as unknown }));
}

function allowedWords(property: Property): string | undefined {
  if (Array.isArray(property['enum'])) return property['enum'].join(', ');
  const low = property['minimum'] ?? property['exclusiveMinimum'];
  const high = property['maximum'];
  if (typeof low !== 'number') return undefined;
  const from = 'exclusiveMinimum' in property ? `above ${low}` : `${low}`;
  if (typeof high === 'number') return `${from} to ${high}`;
  return 'exclusiveMinimum' in property ? from : `${low} or more`;
}
