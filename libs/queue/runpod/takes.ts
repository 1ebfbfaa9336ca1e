import type { Report } from './notices.ts';
import type { RoundTrip } from './round-trip.ts';
import { readTake, type TakeAnswer } from './take-answer.ts';
import { heldMs, pauseAfter, type TakeEnd } from './take-pauses.ts';
import { withParameters } from './templates.ts';
import type { Routes } from './variables.ts';
import type { Wire } from './wire.ts';

/** Jobs worth asking for: slots that are free now, and jobs expected to be wanted by the time they are here. */
export interface Demand {
  readonly now: number;
  readonly soon: number;
  /** When `soon` may have grown, ms from now. */
  readonly lookAgainMs: number;
}

export interface TakesOptions {
  readonly wire: Wire;
  readonly routes: Pick<Routes, 'takeOne' | 'takeBatch'>;
  readonly demand: () => Demand;
  /** Any job is held. */
  readonly holding: () => boolean;
  /** Answers with how many of these are jobs that are new here. */
  readonly arrived: (items: readonly unknown[]) => number;
  readonly roundTrip: RoundTrip;
  readonly parse: (text: string) => unknown;
  readonly wall: () => number;
  readonly random: () => number;
  readonly report: Report;
}

const mostFlying = 2;
const mostJobs = 256;
/** At which a take is cut; the platform holds it for less. */
const cutMs = 90_000;
const mostBytes = 256 * 1024 * 1024;

/**
 * Asks the platform for jobs (H3, H4): one take for what is missing, a second while the first is on its way and jobs are
 * flowing. Takes for slots that are free go at once; takes ahead of need keep half a round trip between them, so that there is
 * always one about to answer. Without work there is one take at a time, and a pause after each that was not held.
 */
export class Takes {
  readonly #options: TakesOptions;
  readonly #stopped = new AbortController();
  /** Jobs asked for, by take. */
  readonly #flying = new Map<symbol, number>();
  #startedAt = -Infinity;
  #failures = 0;
  /** The last take brought nothing, and was not held either. */
  #dry = true;
  #pause: NodeJS.Timeout | undefined;
  #look: NodeJS.Timeout | undefined;
  #poked: NodeJS.Immediate | undefined;
  #refused = false;

  constructor(options: TakesOptions) {
    this.#options = options;
  }

  /** The platform takes our key, as far as is known. */
  get accepted(): boolean {
    return !this.#refused;
  }

  /** Demand may have grown. It is looked at when this turn of the event loop is over: a job that ends is then replaced. */
  poke(): void {
    this.#poked ??= setImmediate(() => {
      this.#poked = undefined;
      this.#fill();
    });
  }

  #fill(): void {
    if (this.#stopped.signal.aborted || this.#pause !== undefined) return;
    if (this.#flying.size >= (this.#dry ? 1 : mostFlying)) return;
    const { now, soon, lookAgainMs } = this.#options.demand();
    const asked = [...this.#flying.values()].reduce((sum, count) => sum + count, 0);
    const wait = now > asked ? 0 : this.#startedAt + this.#options.roundTrip.ms / mostFlying - performance.now();
    if (now + soon <= asked || wait > 0) return this.#lookAgain(Math.max(wait, lookAgainMs));
    void this.#take(Math.min(now + soon - asked, mostJobs));
    this.#fill();
  }

  /** Calls back what is under way and asks no more (H13). Jobs of an answer that is not here yet are not ours. */
  stop(): void {
    this.#stopped.abort();
    clearTimeout(this.#pause);
    clearTimeout(this.#look);
    clearImmediate(this.#poked);
  }

  #lookAgain(ms: number): void {
    if (this.#look !== undefined || !Number.isFinite(ms)) return;
    this.#look = setTimeout(() => {
      this.#look = undefined;
      this.poke();
    }, ms);
  }

  async #take(wanted: number): Promise<void> {
    const take = Symbol('take');
    const { takeBatch } = this.#options.routes;
    const count = takeBatch === undefined ? 1 : wanted;
    this.#flying.set(take, count);
    this.#startedAt = performance.now();
    const answer = await this.#ask(count);
    this.#flying.delete(take);
    if (this.#stopped.signal.aborted) return;
    this.#ended(answer);
    this.poke();
  }

  async #ask(count: number): Promise<TakeAnswer> {
    const { wire, wall, parse, holding, routes, roundTrip } = this.#options;
    const started = performance.now();
    const parameters = { ...(count > 1 && { batch_size: count }), job_in_progress: holding() ? 1 : 0 };
    const template = count > 1 ? (routes.takeBatch ?? routes.takeOne) : routes.takeOne;
    try {
      const { status, headers, text } = await wire.call({
        method: 'GET',
        url: withParameters(template, parameters),
        signal: this.#stopped.signal,
        timeoutMs: cutMs,
        maxBytes: mostBytes,
      });
      const tookMs = performance.now() - started;
      const type = String(headers['content-type'] ?? '').toLowerCase();
      const answer = readTake(
        { status, type, text, retryAfter: headers['retry-after'] },
        { tookMs, wall: wall(), parse },
      );
      if (answer.end.kind === 'jobs') roundTrip.add(tookMs);
      else if (answer.end.kind === 'refused' || answer.end.kind === 'failed') this.#tell(answer.end, { status });
      return answer;
    } catch (error) {
      // Cut: the platform had nothing for all that time.
      if (performance.now() - started >= cutMs - heldMs) return { end: { kind: 'none', held: true }, items: [] };
      if (!this.#stopped.signal.aborted) this.#tell({ kind: 'failed' }, { error: String(error) });
      return { end: { kind: 'failed' }, items: [] };
    }
  }

  /** Once for each outage. */
  #tell({ kind }: TakeEnd, fields: Readonly<Record<string, unknown>>): void {
    if (this.#failures === 0) this.#options.report(kind === 'refused' ? 'take-refused' : 'take-failed', fields);
  }

  #ended({ end, items, problem }: TakeAnswer): void {
    const { arrived, report, random } = this.#options;
    if (problem !== undefined) report('take-not-understood', { problem });
    const brought = items.length > 0 ? arrived(items) : 0;
    // An answer whose jobs are all unusable would be asked for again at once, for ever.
    const outcome: TakeEnd = end.kind === 'jobs' && brought === 0 ? { kind: 'none', held: false } : end;
    const failed = outcome.kind === 'failed' || outcome.kind === 'refused' || outcome.kind === 'busy';
    this.#failures = failed ? this.#failures + 1 : 0;
    this.#refused = outcome.kind === 'refused';
    const pauseMs = pauseAfter(outcome, this.#failures - 1, random());
    this.#dry = outcome.kind !== 'jobs' && pauseMs > 0;
    if (pauseMs === 0) return;
    clearTimeout(this.#pause);
    this.#pause = setTimeout(() => {
      this.#pause = undefined;
      this.poke();
    }, pauseMs);
  }
}
