import { sixDigits, type Reason } from '#libs/core';
import { cooling, voted, type Cooldown } from './cooldown.ts';
import type { Marks } from './threshold-config.ts';

/** Votes in a row, by what was heard. */
export type Votes = Readonly<Record<string, { readonly up: number; readonly down: number }>>;

interface Voting {
  readonly votes: Votes;
  readonly cooldown: Cooldown;
}

export interface Ballot {
  readonly name: string;
  readonly value: number;
  readonly t: number;
  readonly limited: number;
}

/** Counts one vote: what it says, and why when it says to hold. */
export function vote<State extends Voting>(
  state: State,
  { name, value, t, limited }: Ballot,
  { lo, hi, kUp, kDown }: Marks,
): {
  readonly state: State;
  readonly say: 'grow' | 'cut' | Extract<Reason, 'cooldown' | 'not-limited' | 'steady'>;
} {
  const last = state.votes[name] ?? { up: 0, down: 0 };
  const up = value <= lo ? last.up + 1 : 0;
  const down = value > hi ? last.down + 1 : 0;
  const cooldown = voted(state.cooldown);
  const counted = (tally: { up: number; down: number }): State => ({
    ...state,
    cooldown,
    votes: { ...state.votes, [name]: tally },
  });
  if (down >= kDown) return { state: counted({ up: 0, down: 0 }), say: 'cut' };
  if (up < kUp) return { state: counted({ up, down }), say: 'steady' };
  // The votes stay counted, so that growth follows at once when the limit is used, or the cooldown over.
  if (cooling(cooldown, t)) return { state: counted({ up, down }), say: 'cooldown' };
  if (limited < 0.5) return { state: counted({ up, down }), say: 'not-limited' };
  return { state: counted({ up: 0, down: 0 }), say: 'grow' };
}

export function stepUp(limit: number, step: number): number {
  return sixDigits(limit + Math.max(1, step * limit));
}

export function stepDown(limit: number, step: number): number {
  return sixDigits(Math.max(0, limit - Math.max(1, step * limit)));
}
