import { parseArgs } from 'node:util';
import { nearest } from '#libs/config';
import { FlyballError } from '#libs/core';
import type { TraceFiles } from './traces.ts';

export interface BenchRequest {
  readonly suite: 'named' | 'family';
  /** Of families; undefined: as many as `blind` says, drawn by the operating system. */
  readonly seeds: readonly number[] | undefined;
  readonly blind: number;
  /** Seeds are shown nowhere. */
  readonly secret: boolean;
  /** Scenarios of each family seed. */
  readonly count: number;
  readonly runs: number;
  /** Names of subjects or laws, or kinds; absent: everybody. */
  readonly only?: readonly string[] | undefined;
  /** Who is compared with `aimd` by the promotion rule. */
  readonly promote?: string | undefined;
  /** Clients declare size, memory and class. */
  readonly hints: boolean;
  readonly traces: TraceFiles;
  readonly json: boolean;
  /** A folder. */
  readonly out: string;
  /** Writes the best fixed limits to the file that is committed. */
  readonly keepOracles: boolean;
}

const options = {
  suite: { type: 'string' },
  seed: { type: 'string' },
  blind: { type: 'string' },
  secret: { type: 'boolean' },
  count: { type: 'string' },
  runs: { type: 'string' },
  only: { type: 'string' },
  promote: { type: 'string' },
  hints: { type: 'boolean' },
  trace: { type: 'string', multiple: true },
  json: { type: 'boolean' },
  out: { type: 'string' },
  'keep-oracles': { type: 'boolean' },
} as const;

const names = Object.keys(options).map((name) => `--${name}`);

/**
 * What the words after `npm run bench --` ask for.
 * @throws {FlyballError} BAD_ARGUMENT
 */
export function benchRequest(args: readonly string[]): BenchRequest {
  // Not strict: its messages speak to programmers.
  const { values, tokens } = parseArgs({ args: [...args], options, strict: false, tokens: true });
  for (const token of tokens) {
    if (token.kind === 'positional') throw bad(`"${token.value}" belongs to no option. Known: ${names.join(', ')}.`);
    if (token.kind !== 'option') continue;
    const option = Object.entries(options).find(([name]) => name === token.name)?.[1];
    if (option === undefined) {
      const near = nearest(token.rawName, names);
      throw bad(
        `${token.rawName} is not known.${near === undefined ? '' : ` Did you mean ${near}?`} Known: ${names.join(', ')}.`,
      );
    }
    if (option.type === 'string' && (token.value ?? '') === '') throw bad(`${token.rawName} has no value.`);
    if (option.type === 'boolean' && token.value !== undefined) {
      throw bad(`${token.rawName}=${token.value} has a value. Write ${token.rawName} alone.`);
    }
  }
  const said = (name: string): string | undefined => {
    const value = values[name];
    return typeof value === 'string' ? value : undefined;
  };
  const suite = suiteOf(said('suite'));
  const traces = tracesOf(Array.isArray(values['trace']) ? values['trace'].map(String) : []);
  refuseStrays(suite, (name) => values[name] !== undefined);
  const blind = wholeOf('blind', said('blind') ?? '0', 100);
  return {
    suite,
    seeds: blind > 0 ? undefined : seedsOf(said('seed') ?? '1'),
    blind,
    secret: values['secret'] === true || blind > 0,
    count: wholeOf('count', said('count') ?? '80', 10_000, 1),
    runs: wholeOf('runs', said('runs') ?? (suite === 'named' ? '5' : '2'), 100, 1),
    only: said('only')?.split(','),
    promote: said('promote'),
    hints: values['hints'] === true,
    traces,
    json: values['json'] === true,
    out: said('out') ?? 'bench-report',
    keepOracles: values['keep-oracles'] === true,
  };
}

const ofOneSuite = {
  seed: 'family',
  blind: 'family',
  secret: 'family',
  count: 'family',
  promote: 'family',
  trace: 'named',
  'keep-oracles': 'named',
} as const;

function refuseStrays(suite: BenchRequest['suite'], given: (name: string) => boolean): void {
  for (const [name, owner] of Object.entries(ofOneSuite)) {
    // The named suite has seeds of its own; a seed that is given to it is no mistake.
    if (given(name) && owner !== suite && name !== 'seed' && name !== 'count') {
      throw bad(`--${name} is for --suite ${owner}.`);
    }
  }
  if (given('keep-oracles') && ['only', 'runs', 'trace'].some(given)) {
    throw bad('--keep-oracles keeps what the whole suite is compared with: leave --only, --runs and --trace out.');
  }
  if (given('seed') && given('blind')) throw bad('--seed and --blind exclude each other. Give one.');
}

function suiteOf(text = 'named'): BenchRequest['suite'] {
  if (text === 'named' || text === 'family') return text;
  throw bad(`--suite="${text}" is not known. Choose named or family.`);
}

function seedsOf(text: string): readonly number[] {
  const seeds = text.split(',');
  const wrong = seeds.find((seed) => !/^\d{1,10}$/.test(seed) || Number(seed) >= 2 ** 32);
  if (wrong !== undefined) throw bad(`--seed: "${wrong}" is not a whole number from 0 to ${2 ** 32 - 1}.`);
  if (new Set(seeds.map(Number)).size < seeds.length) throw bad('--seed has a number twice.');
  return seeds.map(Number);
}

function wholeOf(name: string, text: string, most: number, least = 0): number {
  if (/^\d{1,10}$/.test(text) && Number(text) >= least && Number(text) <= most) return Number(text);
  throw bad(`--${name}="${text}" is not a whole number from ${least} to ${most}.`);
}

function tracesOf(given: readonly string[]): TraceFiles {
  const files: Record<string, string> = {};
  for (const text of given) {
    const [, kind, path] = /^(conv|code)=(.+)$/.exec(text) ?? [];
    if (kind === undefined || path === undefined) {
      throw bad(`--trace="${text}" does not say what it is. Write --trace conv=FILE or --trace code=FILE.`);
    }
    if (kind in files) throw bad(`--trace ${kind}= is given twice.`);
    files[kind] = path;
  }
  return files;
}

function bad(message: string): FlyballError {
  return new FlyballError('BAD_ARGUMENT', message);
}
