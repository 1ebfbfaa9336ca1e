/** Two JSON values part at `path`, e.g. `decision.terms.late`. */
export interface Difference {
  readonly path: string;
  readonly recorded: unknown;
  readonly replayed: unknown;
}

/** The first place at which two JSON values are not the same; a key that holds undefined is absent, as in JSON. */
export function firstDifference(path: string, recorded: unknown, replayed: unknown): Difference | undefined {
  if (!isObject(recorded) || !isObject(replayed)) {
    return recorded === replayed ? undefined : { path, recorded, replayed };
  }
  for (const key of new Set([...Object.keys(recorded), ...Object.keys(replayed)])) {
    const inner = path === '' ? key : `${path}.${key}`;
    const found = firstDifference(inner, Reflect.get(recorded, key), Reflect.get(replayed, key));
    if (found !== undefined) return found;
  }
  return undefined;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
