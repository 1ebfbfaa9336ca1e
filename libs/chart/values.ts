import { isMap, isScalar, parseDocument, type YAMLMap } from 'yaml';

/** One value of the chart that a user may set. */
export interface ChartValue {
  /** `worker.concurrency.min` */
  readonly path: string;
  readonly default: unknown;
  /** The `# --` comment above it. */
  readonly meaning: string;
}

/**
 * The values of a `values.yaml`, in their order: what has a `# --` comment, with all that is below it.
 * @throws {Error} where a value has none
 */
export function chartValues(text: string): readonly ChartValue[] {
  const { contents, errors } = parseDocument(text, { uniqueKeys: true });
  if (errors[0] !== undefined) throw errors[0];
  if (!isMap(contents)) throw new Error('The values are no map.');
  return valuesOf(contents, '');
}

function valuesOf(map: YAMLMap, prefix: string): readonly ChartValue[] {
  return map.items.flatMap(({ key, value }, index) => {
    const path = `${prefix}${String(key)}`;
    // The parser gives a comment above a map's first entry to the map.
    const above = isScalar(key) ? (key.commentBefore ?? (index === 0 ? map.commentBefore : undefined)) : undefined;
    const meaning = /^ -- ([^]*)$/m
      .exec(above ?? '')?.[1]
      ?.replaceAll(/\n ?/g, ' ')
      .trim();
    if (meaning !== undefined) return [{ path, default: plain(value), meaning }];
    if (isMap(value) && value.items.length > 0) return valuesOf(value, `${path}.`);
    throw new Error(`${path} has no comment: say what it means, "# -- …", above it.`);
  });
}

function plain(node: unknown): unknown {
  return (node as { toJSON(): unknown } | null)?.toJSON();
}
