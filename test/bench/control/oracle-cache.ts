import { createHash } from 'node:crypto';
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { Oracle } from './oracle.ts';

const folder = 'node_modules/.cache/flyball';

/** Oracles take longer than all laws together, so they are kept, under a hash of the plant and the scenarios. */
export class OracleCache {
  readonly #path: string;
  readonly #known: Record<string, Oracle>;

  constructor() {
    this.#path = `${folder}/oracles-${plantHash()}.json`;
    this.#known = read(this.#path);
  }

  get(scenario: string, seeds: readonly number[]): Oracle | undefined {
    return this.#known[keyOf(scenario, seeds)];
  }

  set(scenario: string, seeds: readonly number[], oracle: Oracle): void {
    this.#known[keyOf(scenario, seeds)] = oracle;
  }

  save(): void {
    mkdirSync(folder, { recursive: true });
    writeFileSync(this.#path, JSON.stringify(this.#known));
  }
}

/** Whatever may change what a fixed limit does. */
export function plantHash(): string {
  const hash = createHash('sha256');
  const files = globSync(
    '{libs/simulation,test/bench/control}/{arrivals*,closed-loop,curves,family*,fixed*,heap,jobs,llm-jobs,meter,named*,oracle,plant,random*,scenario*,tally,tokens,trace*,waiting-line}.ts',
  );
  for (const file of files.toSorted()) hash.update(readFileSync(file));
  return hash.digest('hex').slice(0, 12);
}

function keyOf(scenario: string, seeds: readonly number[]): string {
  return `${scenario} ${seeds.join(',')}`;
}

function read(path: string): Record<string, Oracle> {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Record<string, Oracle>;
  } catch {
    return {};
  }
}
