import { Clients } from './clients.ts';
import { breakThings } from './faults.ts';
import { seeded } from './seeded.ts';
import { verify, type Verdict } from './verify.ts';
import { startWorld } from './world.ts';

export interface ChaosOptions {
  readonly seed: number;
  readonly jobs: number;
  /** Pace of the clients. */
  readonly perSecond: number;
  /** How long Redis stands still when it is paused, ms. */
  readonly pauseMs: number;
  readonly tell: (line: string) => void;
}

/** What must not be: one line for each. */
export type ChaosVerdict = Verdict & { readonly faults: readonly string[]; readonly unanswered: number };

/** One run: everything is broken while jobs are sent, then whole again until each job has ended. */
export async function runChaos({ seed, jobs, perSecond, pauseMs, tell }: ChaosOptions): Promise<ChaosVerdict> {
  const world = await startWorld();
  const clients = new Clients(world, seeded(seed * 7919 + 1));
  try {
    tell(`${jobs} jobs, seed ${seed}`);
    const over = new AbortController();
    const breaking = breakThings(world, { random: seeded(seed), pauseMs, signal: over.signal, tell });
    await clients.send(jobs, perSecond);
    tell('all are sent');
    over.abort();
    await breaking;
    tell('everything is whole again');
    const verdict = await verify(world, clients);
    return { ...verdict, unanswered: clients.unanswered, faults: faultsOf(verdict) };
  } finally {
    await clients.close();
    await world.close();
  }
}

function faultsOf(verdict: Verdict): readonly string[] {
  const { unfinished, lost, wrong, failedOtherwise, webhooksMissing, unexplainedRuns } = verdict;
  const none = { unfinished, lost, wrong, failedOtherwise, webhooksMissing, unexplainedRuns };
  return Object.entries(none).flatMap(([what, count]) => (count > 0 ? [`${what}: ${count}`] : []));
}
