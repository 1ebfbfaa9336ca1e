import { parseArgs } from 'node:util';
import { durationMs } from '#libs/config';
import { FlyballError } from '#libs/core';
import { didYouMean } from './did-you-mean.ts';

export interface SimulateRequest {
  /** A name, several joined by `+`, or a path; absent: CONCURRENCY_STRATEGY. */
  readonly strategy?: string | undefined;
  readonly work: { readonly scenario: string } | { readonly trace: string };
  readonly seed: number;
  /** ms; absent: as long as the scenario. */
  readonly duration?: number | undefined;
  readonly log?: string | undefined;
  readonly json: boolean;
}

const options = {
  strategy: { type: 'string' },
  scenario: { type: 'string' },
  trace: { type: 'string' },
  seed: { type: 'string' },
  for: { type: 'string' },
  log: { type: 'string' },
  json: { type: 'boolean' },
} as const;

const names = Object.keys(options).map((name) => `--${name}`);

/**
 * What the words after `flyball simulate` ask for.
 * @throws {FlyballError} BAD_ARGUMENT
 */
export function simulateRequest(args: readonly string[]): SimulateRequest {
  // Not strict: its messages speak to programmers.
  const { values, tokens } = parseArgs({ args: [...args], options, strict: false, tokens: true });
  for (const token of tokens) {
    if (token.kind === 'positional') {
      throw bad(
        `"${token.value}" belongs to no option.${didYouMean(`--${token.value}`, names)} Known: ${names.join(', ')}.`,
      );
    }
    if (token.kind !== 'option') continue;
    const option = Object.entries(options).find(([name]) => name === token.name)?.[1];
    if (option === undefined) {
      throw bad(`${token.rawName} is not known.${didYouMean(token.rawName, names)} Known: ${names.join(', ')}.`);
    }
    if (option.type === 'string' && (token.value === undefined || token.value === '')) {
      throw bad(`${token.rawName} has no value. Write ${examples[token.name] ?? token.rawName}.`);
    }
    if (option.type === 'boolean' && token.value !== undefined) {
      throw bad(`${token.rawName}=${token.value} has a value. Write ${token.rawName} alone.`);
    }
  }
  const said = (name: string): string | undefined => {
    const value = values[name];
    return typeof value === 'string' ? value : undefined;
  };
  return {
    strategy: said('strategy'),
    work: workOf(said('scenario'), said('trace')),
    seed: seedOf(said('seed') ?? '1'),
    duration: durationOf(said('for')),
    log: said('log'),
    json: values['json'] === true,
  };
}

const examples: Readonly<Record<string, string>> = {
  strategy: '--strategy aimd',
  scenario: '--scenario S1',
  trace: '--trace arrivals.csv',
  seed: '--seed 1',
  for: '--for 10m',
  log: '--log simulated.jsonl',
};

function workOf(scenario: string | undefined, trace: string | undefined): SimulateRequest['work'] {
  if (scenario !== undefined && trace !== undefined) throw bad('--scenario and --trace exclude each other. Give one.');
  if (scenario !== undefined) return { scenario };
  if (trace !== undefined) return { trace };
  throw bad('There is nothing to simulate. Give --scenario, such as S1, or --trace and a file of arrivals.');
}

function seedOf(text: string): number {
  if (/^\d{1,10}$/.test(text) && Number(text) < 2 ** 32) return Number(text);
  throw bad(`--seed="${text}" is not a whole number from 0 to ${2 ** 32 - 1}.`);
}

/** A period, and what fits in memory. */
const [shortest, longest] = [1000, 24 * 3_600_000];

function durationOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const ms = /[a-z]$/.test(text) ? durationMs(text) : undefined;
  if (ms !== undefined && ms >= shortest && ms <= longest) return ms;
  throw bad(`--for="${text}" is not a duration from 1s to 24h, such as 90s, 10m, 1h.`);
}

function bad(message: string): FlyballError {
  return new FlyballError('BAD_ARGUMENT', message);
}
