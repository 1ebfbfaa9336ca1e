/**
 * How long no growth follows a cut: 2 mean service times and 2 votes. A cut within 3 votes of a growth means that one step
 * crosses the whole band: each doubles it, up to 32 times, and a growth that lasts brings it back.
 */
export interface Cooldown {
  readonly factor: number;
  /** ms since the worker's start, and votes left: no growth before both are over. */
  readonly until: number;
  readonly votes: number;
  /** Votes since the last growth; null when there was none, or a cut since. */
  readonly sinceGrowth: number | null;
}

export const noCooldown: Cooldown = { factor: 1, until: 0, votes: 0, sinceGrowth: null };

const reversalVotes = 3;
const longestFactor = 32;

/** One more vote. */
export function voted(cooldown: Cooldown): Cooldown {
  const since = cooldown.sinceGrowth === null ? null : cooldown.sinceGrowth + 1;
  const lasted = since !== null && since > reversalVotes;
  return {
    ...cooldown,
    votes: Math.max(0, cooldown.votes - 1),
    factor: lasted ? 1 : cooldown.factor,
    sinceGrowth: lasted ? null : since,
  };
}

export function grew(cooldown: Cooldown): Cooldown {
  return { ...cooldown, sinceGrowth: 0 };
}

/** `service`: mean service time in ms. */
export function cut(cooldown: Cooldown, t: number, service: number): Cooldown {
  const flapped = cooldown.sinceGrowth !== null && cooldown.sinceGrowth <= reversalVotes;
  const factor = flapped ? Math.min(longestFactor, 2 * cooldown.factor) : cooldown.factor;
  return { factor, until: t + 2 * factor * service, votes: 2 * factor, sinceGrowth: null };
}

export function cooling(cooldown: Cooldown, t: number): boolean {
  return cooldown.votes > 0 || t < cooldown.until;
}
