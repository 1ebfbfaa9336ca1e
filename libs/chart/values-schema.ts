import { chartValues, type ChartValue } from './values.ts';
import { valueShapes, type JsonSchema } from './value-shapes.ts';

interface Closed {
  readonly type: 'object';
  readonly additionalProperties: boolean;
  readonly properties: Record<string, Closed | JsonSchema>;
}

/**
 * `values.schema.json` (draft-07): closed wherever keys are ours, so that a misspelt one is refused by name. Types follow from the
 * defaults, the rest from `value-shapes.ts`, and what mirrors a setting from `libs/config`.
 * @throws {Error} for a default that tells no type and has no shape, and for a shape of no value
 */
export function valuesSchema(values: string, strategies: readonly string[]): string {
  const shapes = Object.entries(valueShapes(strategies)).map(([path, shape]) => ({ path, shape, ...matcherOf(path) }));
  const used = new Set<string>();
  // A chart that has this one as a part gives it all of its `global`.
  const root = closedObject({
    // The usual condition of a chart that has this one as a part; nothing here reads it.
    enabled: { type: 'boolean' },
    global: { ...closedObject(), additionalProperties: true },
  });
  for (const value of chartValues(values)) {
    // The longer path is the more exact one.
    const fitting = shapes.filter(({ fits }) => fits.test(value.path));
    const [shape] = fitting.toSorted((a, b) => b.exactness - a.exactness);
    if (shape !== undefined) used.add(shape.path);
    place(root, value, { description: value.meaning, ...(shape?.shape ?? shapeOf(value)) });
  }
  const unused = shapes.filter(({ path }) => !used.has(path)).map(({ path }) => path);
  if (unused.length > 0) throw new Error(`These shapes fit no value: ${unused.join(', ')}`);
  const schema = { $schema: 'http://json-schema.org/draft-07/schema#', title: 'Values of the chart flyball', ...root };
  return `${JSON.stringify(schema, undefined, 2)}\n`;
}

/** A `*` in front stands for any number of parts, elsewhere for one part or the rest of it. */
function matcherOf(path: string): { readonly fits: RegExp; readonly exactness: number } {
  const [, front = '', rest = ''] = /^(\*\.)?(.*)$/.exec(path) ?? [];
  const pattern = rest.replaceAll('.', '\\.').replaceAll('*', '[^.]*');
  const exactness = path.replaceAll('*', '').length + (path.includes('*') ? 0 : 1000);
  return { fits: new RegExp(`^${front === '' ? '' : '(.+\\.)?'}${pattern}$`), exactness };
}

function shapeOf({ path, default: byDefault }: ChartValue): JsonSchema {
  switch (typeof byDefault) {
    case 'string':
      return { type: 'string' };
    case 'boolean':
      return { type: 'boolean' };
    case 'number':
      return Number.isInteger(byDefault) ? { type: 'integer', minimum: 0 } : { type: 'number' };
    default:
      throw new Error(`${path}: its default does not tell what it may be. Add it to value-shapes.ts.`);
  }
}

function closedObject(properties: Closed['properties'] = {}): Closed {
  return { type: 'object', additionalProperties: false, properties };
}

function place(root: Closed, { path }: ChartValue, schema: JsonSchema): void {
  const parts = path.split('.');
  const last = parts.pop() ?? '';
  const parent = parts.reduce((at, part) => (at.properties[part] ??= closedObject()) as Closed, root);
  parent.properties[last] = schema;
}
