/** The value as plain JSON, or why it is none. `notFinite` counts the NaN and infinities that became `null`. */
export type JsonCopy =
  | { readonly ok: true; readonly json: unknown; readonly notFinite: number }
  | { readonly ok: false; readonly problem: string };

const deepest = 1000;

/**
 * Copies what JSON can hold, as JSON.stringify reads it (`toJSON`, no `undefined` in objects), and refuses what it would
 * silently drop or turn into `{}`: functions, symbols, maps, sets, bytes, promises, errors.
 */
export function jsonCopy(value: unknown, path: string): JsonCopy {
  const copier = new Copier();
  try {
    return { ok: true, json: copier.copy(value, path), notFinite: copier.notFinite };
  } catch (error) {
    return {
      ok: false,
      problem: error instanceof NotJson ? error.message : `${path} cannot be read: ${String(error)}`,
    };
  }
}

class NotJson extends Error {}

class Copier {
  notFinite = 0;
  readonly #above: object[] = [];

  copy(value: unknown, path: string): unknown {
    switch (typeof value) {
      case 'number':
        return this.#number(value);
      case 'string':
      case 'boolean':
      case 'undefined':
        return value;
      case 'bigint':
      case 'function':
      case 'symbol':
        throw new NotJson(`${path} is a ${typeof value}, which JSON cannot hold`);
      case 'object':
        return value === null ? null : this.#object(value, path);
    }
  }

  #number(value: number): number | null {
    if (Number.isFinite(value)) return value;
    this.notFinite += 1;
    return null;
  }

  #object(value: object, path: string): unknown {
    if (ArrayBuffer.isView(value)) throw notJson(value, path);
    if ('toJSON' in value && typeof value.toJSON === 'function') {
      const replaced: unknown = value.toJSON();
      if (replaced !== value) return this.copy(replaced, path);
    }
    if (this.#above.includes(value)) throw new NotJson(`${path} refers back to an object that holds it`);
    if (this.#above.length === deepest) throw new NotJson(`${path.slice(0, 80)}… is more than ${deepest} levels deep`);
    this.#above.push(value);
    const copied = Array.isArray(value) ? this.#array(value, path) : this.#record(value, path);
    this.#above.pop();
    return copied;
  }

  #array(value: readonly unknown[], path: string): unknown[] {
    // Array.from visits holes too, which JSON writes as null like undefined.
    return Array.from(value, (item, index) => this.copy(item, `${path}[${index}]`) ?? null);
  }

  #record(value: object, path: string): Record<string, unknown> {
    if (Object.prototype.toString.call(value) !== '[object Object]') throw notJson(value, path);
    const entries = Object.entries(value).flatMap(([key, item]: [string, unknown]) => {
      const copied = this.copy(item, `${path}.${key}`);
      return copied === undefined ? [] : [[key, copied] as const];
    });
    return Object.fromEntries(entries);
  }
}

function notJson(value: object, path: string): NotJson {
  return new NotJson(`${path} is a ${value.constructor?.name || 'foreign object'}, which JSON cannot hold`);
}
