import type { Context } from './context.ts';
import { finish } from './finish.ts';
import type { SqliteLease } from './lease.ts';
import { lose } from './reclaim.ts';
import { isHeld, type JobRow } from './rows.ts';
import { isFinal, state } from './states.ts';

/** Leases of workers that are other processes: they last while their worker is heard of. */
export class ForeignLeases {
  readonly #context: () => Context;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(context: () => Context) {
    this.#context = context;
  }

  /** Answers with the ids that are not this worker's. */
  renew(worker: string, ids: readonly string[]): readonly string[] {
    const now = this.#context().rules.now();
    return ids.filter((id) => {
      const lease = this.held(id, worker);
      if (lease !== undefined) lease.renewedAt = now;
      return lease === undefined;
    });
  }

  held(id: string, worker: string): SqliteLease | undefined {
    const { store, leases } = this.#context();
    const seq = store.statements.seqOf.get(id)?.['seq'];
    const lease = typeof seq === 'number' ? leases.get(seq) : undefined;
    return lease?.facts.terms?.worker === worker && !lease.over ? lease : undefined;
  }

  /** Leases have been handed out, or some are over: sees to the one that ends next. */
  look(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#closed) return;
    const { leases, rules } = this.#context();
    let next = Infinity;
    for (const lease of leases.values()) next = Math.min(next, endsAt(lease));
    if (next === Infinity) return;
    this.#timer = setTimeout(() => this.#end(), Math.max(10, next - rules.now())).unref();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  #end(): void {
    const { group, leases, rules } = this.#context();
    const now = rules.now();
    const silent = [...leases.values()].filter((lease) => endsAt(lease) <= now);
    group
      .run(() => silent.forEach((lease) => this.#lose(lease)))
      .then(
        () => this.look(),
        () => this.look(),
      );
  }

  /** Within a transaction. */
  #lose(lease: SqliteLease): void {
    const context = this.#context();
    const row = context.store.statements.jobBySeq.get(lease.seq) as unknown as JobRow | undefined;
    if (row !== undefined && isHeld(row, lease.job.attempt)) lose(context, row, lease.renewedAt);
    context.group.after(() => lease.end('lost'));
  }
}

/** Within a transaction. */
export function lateSuccess(context: Context, id: string, output: string | null, traceparent?: string): void {
  const row = context.store.statements.jobById.get(id) as unknown as JobRow | undefined;
  if (row === undefined || isFinal(row.status)) return;
  const execution = Math.max(0, context.rules.now() - (row.started_at ?? context.rules.now()));
  const ending = { status: state.completed, output, execution, ...(traceparent !== undefined && { traceparent }) };
  finish(context, row, ending, 'lost');
}

function endsAt({ facts, renewedAt }: SqliteLease): number {
  return facts.terms === undefined ? Infinity : renewedAt + facts.terms.leaseMs;
}
