import type { WhyMissing } from '#libs/core';
import { CollectionError } from '../collection-error.ts';

/** What an element says: a number in our unit, or why there is none. */
export type Quantity = { readonly value: number } | { readonly why: WhyMissing };

/** As nvidia-smi writes them; `''` is a bare number. */
export type SmiUnit = '%' | 'MiB' | 'W' | 'MHz' | 'us' | 'C' | '';

/**
 * `45 %` → 0.45, `81920 MiB` → bytes, `1410 MHz` → Hz, `12 us` → s, `67.03 W` and `34 C` as they are. A spelling of "not
 * available" is why there is no number; anything else is not guessed at.
 */
export function parseQuantity(text: string, unit: SmiUnit, element: string): Quantity {
  const why = whyNotAvailable(text);
  if (why !== undefined) return { why };
  const [, number, written] = /^(-?\d+(?:\.\d+)?)(?: (\S+))?$/.exec(text.trim()) ?? [];
  if (number === undefined || (written ?? '') !== unit) {
    throw notUnderstood(`${element} is "${text.slice(0, 80)}", where ${expected[unit]} is expected`);
  }
  return { value: toOurUnit[unit](Number(number)) };
}

/** Why a text stands for no value; undefined when it is none of the known spellings. */
export function whyNotAvailable(text: string): WhyMissing | undefined {
  const trimmed = text.trim();
  const bare = trimmed.replace(/^\[(.*)\]$/, '$1');
  // Words in brackets are never a number, whatever a driver to come means by them.
  return spellings.get(bare) ?? (bare === trimmed ? undefined : 'failed');
}

export function notUnderstood(message: string, cause?: unknown): CollectionError {
  const next = 'Compare it with what nvidia-smi -q -x prints, and report it with that output if the output is good.';
  return new CollectionError({ result: 'parse', message: `nvidia-smi: ${message}`, next }, cause);
}

// Those with brackets are the driver library's own words for an error.
const spellings: ReadonlyMap<string, WhyMissing> = new Map([
  ['', 'not-supported'],
  ['N/A', 'not-supported'],
  ['None', 'not-supported'],
  ['Not Supported', 'not-supported'],
  ['Function Not Found', 'not-supported'],
  ['Requested functionality has been deprecated', 'deprecated'],
  ['Insufficient Permissions', 'no-permission'],
  ['Unknown Error', 'lost'],
  ['GPU requires reset', 'lost'],
  ['GPU is lost', 'lost'],
  ['ERR!', 'lost'],
]);

const toOurUnit: Readonly<Record<SmiUnit, (value: number) => number>> = {
  '%': (percent) => percent / 100,
  MiB: (mebibytes) => mebibytes * 2 ** 20,
  W: (watts) => watts,
  MHz: (megahertz) => megahertz * 1e6,
  us: (microseconds) => microseconds / 1e6,
  C: (celsius) => celsius,
  '': (count) => count,
};

const expected: Readonly<Record<SmiUnit, string>> = {
  '%': 'a percentage, such as 45 %,',
  MiB: 'a number of MiB',
  W: 'a number of W',
  MHz: 'a number of MHz',
  us: 'a number of us',
  C: 'a number of C',
  '': 'a bare number',
};
