import type { CollectionFailure } from '#libs/core';

/** What is known of one source of the declared order. */
interface Standing {
  /** In a row. Three open its circuit: it is asked again only now and then. */
  readonly failures: number;
  /** Good samples in a row since it last failed. */
  readonly goods: number;
  /** Tries since the circuit opened. */
  readonly retries: number;
  /** When it failed last. */
  readonly failedAt: number;
  readonly why?: CollectionFailure;
}

/** Plain data: sources by their place in the declared order, best first. */
export interface SourceOrder {
  readonly standings: readonly Standing[];
  /** Whose samples are used; undefined while none answers. */
  readonly active: number | undefined;
}

const failuresToOpen = 3;
/** Good samples in a row before a better source is taken back. */
const goodsToReturn = 3;
const longestRetryMs = 60_000;
/** For one that hangs while another serves: each try may cost all readings for 15 s. */
const longestHangRetryMs = 16 * 60_000;

export function newSourceOrder(count: number): SourceOrder {
  const standing: Standing = { failures: 0, goods: 0, retries: 0, failedAt: 0 };
  return { standings: Array.from({ length: count }, () => standing), active: undefined };
}

/** Whom to ask at this beat: the active one, and better ones on trial or due; the next in line while there is none. */
export function toAsk(order: SourceOrder, now: number): readonly number[] {
  const { standings, active } = order;
  const next = active ?? standings.findIndex((standing) => !isOpen(standing));
  return standings.flatMap((standing, index) => {
    if (index === next) return [index];
    if (active !== undefined && index > active) return [];
    const due = standing.failures > 0 && now - standing.failedAt >= pauseOf(standing, allFail(order));
    // It has begun to answer again: every beat counts until it is taken back.
    const onTrial = standing.failures === 0 && standing.goods > 0;
    return due || onTrial ? [index] : [];
  });
}

/** Without anything to read, a source that comes back is wanted soon; while another one serves, or may, there is time. */
function pauseOf({ retries, why }: Standing, nothingElse: boolean): number {
  if (!nothingElse && why?.endedProcess === true) return Math.min(longestHangRetryMs, 60_000 * 2 ** (retries - 1));
  if (!nothingElse || why?.absent === true) return longestRetryMs;
  return Math.min(longestRetryMs, 1000 * 2 ** (retries - 1));
}

/** Every source has failed for good, so far as can be told now. */
export function allFail({ standings }: SourceOrder): boolean {
  return standings.every(isOpen);
}

/** A good sample: the first one is taken at once, a better source than the active one is taken back after three. */
export function answered(order: SourceOrder, index: number): SourceOrder {
  const { goods: before = 0, retries: retriesBefore = 0 } = order.standings[index] ?? {};
  const goods = before + 1;
  const { active } = order;
  const taken = active === undefined || (index < active && goods >= goodsToReturn);
  // One that answers once and hangs again has not recovered.
  const retries = taken || index === active ? 0 : retriesBefore;
  const standings = order.standings.with(index, { failures: 0, goods, retries, failedAt: 0 });
  return taken ? { standings, active: index } : { ...order, standings };
}

/**
 * A failed collection. Three in a row open the circuit; so does one that cost the probe process or says that the source is
 * not here: more of those would cost more than they could tell.
 */
export function failed(order: SourceOrder, index: number, why: CollectionFailure, now: number): SourceOrder {
  const before = order.standings[index];
  if (before === undefined) return order;
  const decisive = why.absent === true || why.endedProcess === true || why.result === 'stuck';
  const failures = decisive ? failuresToOpen : Math.min(failuresToOpen, before.failures + 1);
  const active = order.active === index && failures >= failuresToOpen ? undefined : order.active;
  const retries = failures < failuresToOpen ? before.retries : before.retries + 1;
  const standings = order.standings.with(index, { failures, goods: 0, retries, failedAt: now, why });
  return { ...order, standings, active };
}

function isOpen({ failures }: Standing): boolean {
  return failures >= failuresToOpen;
}
