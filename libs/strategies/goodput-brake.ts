import type { EpochFacts } from '#libs/core';

/** What the model says above this limit is not believed for so many epochs. */
export interface Brake {
  readonly gate: number;
  readonly epochs: number;
}

const lastsEpochs = 10;
const deviations = 2;
/** A share expected to be nothing has an error too. */
const leastShare = 0.05;

/** More jobs are late than the model expected, by more than `by` and more than chance: one late job is no share. */
export function surprises({ late = 0, jobs }: EpochFacts, expected: number, by: number): boolean {
  const share = Math.max(leastShare, expected);
  const chance = deviations * Math.sqrt((share * (1 - share)) / jobs);
  return late * jobs >= 2 && late - expected > Math.max(by, chance);
}

export function brakeAt(gate: number): Brake {
  return { gate, epochs: lastsEpochs };
}

/** One epoch later. */
export function released(brake: Brake | null): Brake | null {
  return brake === null || brake.epochs <= 1 ? null : { ...brake, epochs: brake.epochs - 1 };
}
