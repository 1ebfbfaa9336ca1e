import type { WhyMissing } from '#libs/core';

/** Where the numbers begin by which DCGM says "none": for int32 and for double. */
const smallBlanks = [2_147_483_632, 140_737_488_355_328];

/** The blanks of int64 are next to its end, where a double no longer tells one from the next. */
const largeBlank = 9.2e18;

/** Why a number of DCGM is none; nothing when it is one. */
export function whyBlank(value: number): WhyMissing | undefined {
  const blank = smallBlanks.find((first) => value >= first && value < first + 16);
  // blank + 0 no value, + 1 not found, + 2 not supported, + 3 not permitted (dcgm_structs.h).
  if (blank !== undefined) return value === blank + 3 ? 'no-permission' : 'not-supported';
  return Number.isFinite(value) && value < largeBlank ? undefined : 'not-supported';
}
