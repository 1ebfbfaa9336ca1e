import { createHash } from 'node:crypto';
import { globSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Oracle } from './oracle.ts';

type Oracles = Readonly<Record<string, Oracle>>;

const root = fileURLToPath(new URL('../../../', import.meta.url));
const folder = join(root, 'node_modules/.cache/flyball');
/** What a fresh clone begins with: the named suite and its variants, without recorded traces. */
export const committedFile = fileURLToPath(new URL('./oracles.json', import.meta.url));

/** Oracles take longer than all our laws together, so they are kept, under a hash of the plant that they are about. */
export class OracleCache {
  readonly plant = plantHash();
  readonly #path = join(folder, `oracles-${this.plant}.json`);
  readonly #committed = committed(this.plant);
  readonly #cached: Record<string, Oracle> = { ...(read(this.#path) as Oracles | undefined) };
  readonly #fresh: Record<string, Oracle> = {};

  /** Whether the committed file is about this plant; otherwise a fresh clone has to find everything anew. */
  get isCommitted(): boolean {
    return Object.keys(this.#committed).length > 0;
  }

  get(key: string): Oracle | undefined {
    return this.#fresh[key] ?? this.#cached[key] ?? this.#committed[key];
  }

  set(key: string, oracle: Oracle): void {
    this.#fresh[key] = oracle;
  }

  /** To the cache, beside what others have written there since. */
  save(): void {
    if (Object.keys(this.#fresh).length === 0) return;
    mkdirSync(folder, { recursive: true });
    const partial = `${this.#path}.${process.pid}`;
    writeFileSync(partial, JSON.stringify({ ...(read(this.#path) as Oracles | undefined), ...this.#fresh }));
    renameSync(partial, this.#path);
  }

  /** To the file that is committed. */
  commit(keys: readonly string[]): void {
    const oracles = Object.fromEntries(keys.map((key) => [key, this.get(key)]));
    writeFileSync(committedFile, `${JSON.stringify({ plant: this.plant, oracles }, sixDigits, 2)}\n`);
  }
}

export function oracleKey(scenario: string, seeds: readonly number[], trace = ''): string {
  return [scenario, seeds.join(','), ...(trace === '' ? [] : [trace])].join(' ');
}

/** Whatever may change what a fixed limit does without a guard. */
export function plantHash(): string {
  const hash = createHash('sha256');
  const simulation =
    'arrivals*,closed-loop,curves,family-draw,fixed-limiter,heap,jobs,llm-jobs,meter,named-scenarios,plant,random*,scenario*,score,tally,tokens,trace*,waiting-line';
  const patterns = [`libs/simulation/{${simulation}}.ts`, 'libs/core/occupancy.ts', 'test/bench/control/oracle.ts'];
  const files = globSync(patterns, { cwd: root }).filter((file) => !file.endsWith('.spec.ts'));
  for (const file of files.toSorted()) hash.update(readFileSync(join(root, file)));
  return hash.digest('hex').slice(0, 12);
}

/** Nothing where the plant has changed since. */
function committed(plant: string): Oracles {
  const file = read(committedFile) as { readonly plant: string; readonly oracles: Oracles } | undefined;
  return file?.plant === plant ? file.oracles : {};
}

function read(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

function sixDigits(_key: string, value: unknown): unknown {
  return typeof value === 'number' ? Number(value.toPrecision(6)) : value;
}
