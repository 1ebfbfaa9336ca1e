import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer, Clients, Sent } from './clients.ts';
import type { World } from './world.ts';

export interface Verdict {
  readonly accepted: number;
  readonly byStatus: Readonly<Record<string, number>>;
  /** Jobs without a final state when patience was over. */
  readonly unfinished: number;
  /** COMPLETED with another output than it must have. */
  readonly wrong: number;
  /** Unknown to the gateways although they had accepted it. */
  readonly lost: number;
  /** FAILED otherwise than by losing every attempt. */
  readonly failedOtherwise: number;
  readonly webhooksOwed: number;
  readonly webhooksMissing: number;
  /** From the end of the last job to the last delivery. */
  readonly webhooksLastAfterMs: number;
  /** Runs beyond the first of each job. */
  readonly extraRuns: number;
  /** Attempts that were lost with their lease, as the jobs' `retries` tell. */
  readonly lostAttempts: number;
  /** Jobs that ran more often than attempts began. */
  readonly unexplainedRuns: number;
}

const patienceMs = 180_000;
const hookPatienceMs = 150_000;

/** Waits until every accepted job has ended, then looks at all of them. */
export async function verify(world: World, clients: Clients): Promise<Verdict> {
  const { sent } = clients;
  const answers = new Map<string, Answer | undefined>();
  const until = performance.now() + patienceMs;
  let open: readonly Sent[] = sent;
  while (open.length > 0 && performance.now() < until) {
    const left: Sent[] = [];
    for (let from = 0; from < open.length; from += 64) {
      await Promise.all(
        open.slice(from, from + 64).map(async (job) => {
          const answer = await clients.status(job.id);
          answers.set(job.id, answer ?? answers.get(job.id));
          if (answer === undefined || !isFinal(answer.status)) left.push(job);
        }),
      );
    }
    open = left;
    if (open.length > 0) await sleep(500);
  }
  // The last deliveries are under way. One whose gateway died is due again after a minute, one that is refused then after 5 and 20 s.
  const owed = sent.filter(({ webhook }) => webhook);
  const missing = (): number => owed.filter(({ id }) => !world.hooks.delivered.has(id)).length;
  const since = performance.now();
  while (missing() > 0 && performance.now() < since + hookPatienceMs) await sleep(250);
  const lastAfterMs = Math.round(performance.now() - since);
  return judged(world, sent, answers, { owed: owed.length, missing: missing(), lastAfterMs });
}

function judged(
  world: World,
  sent: readonly Sent[],
  answers: ReadonlyMap<string, Answer | undefined>,
  hooks: { readonly owed: number; readonly missing: number; readonly lastAfterMs: number },
): Verdict {
  const byStatus: Record<string, number> = {};
  const count = (claim: (job: Sent, answer: Answer | undefined) => boolean): number =>
    sent.filter((job) => claim(job, answers.get(job.id))).length;
  for (const { id } of sent) {
    const status = answers.get(id)?.status ?? 'unknown';
    byStatus[status] = (byStatus[status] ?? 0) + 1;
  }
  const runs = world.runs();
  const retries = (id: string): number => answers.get(id)?.retries ?? 0;
  return {
    accepted: sent.length,
    byStatus,
    unfinished: count((_job, answer) => answer !== undefined && answer.status !== undefined && !isFinal(answer.status)),
    lost: count((_job, answer) => answer?.status === undefined),
    wrong: count((job, answer) => answer?.status === 'COMPLETED' && outputOf(answer) !== job.output),
    failedOtherwise: count((_job, { status, error } = { status: '' }) => {
      return (status === 'FAILED' && !/stopped answering/.test(error ?? '')) || /CANCELLED|TIMED_OUT/.test(status);
    }),
    webhooksOwed: hooks.owed,
    webhooksMissing: hooks.missing,
    webhooksLastAfterMs: hooks.lastAfterMs,
    extraRuns: sent.reduce((sum, { id }) => sum + Math.max(0, (runs.get(id) ?? 0) - 1), 0),
    lostAttempts: sent.reduce((sum, { id }) => sum + retries(id), 0),
    unexplainedRuns: count((job) => (runs.get(job.id) ?? 0) > retries(job.id) + 1),
  };
}

function isFinal(status: string): boolean {
  return ['COMPLETED', 'FAILED', 'CANCELLED', 'TIMED_OUT'].includes(status);
}

/** The last of what was yielded. */
function outputOf({ output }: Answer): unknown {
  return Array.isArray(output) ? output.at(-1) : output;
}
