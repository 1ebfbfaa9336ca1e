import type { CollectionFailure, ProbeRestartCause } from '#libs/core';
import type { Collected } from '../collector.ts';
import type { Answer } from './messages.ts';
import { Patience } from './patience.ts';
import { ProbeProcess } from './probe-process.ts';
import type { ProbeSystem } from './probe-system.ts';
import type { ProbedKind, SourceSpec } from './source-spec.ts';
import { ended, garbled, howItEnded, timedOut } from './verdicts.ts';
import { waitUntil } from './wait.ts';

export interface LifeOptions {
  readonly sources: readonly SourceSpec[];
  readonly intervalMs: number;
  readonly onLine: (text: string) => void;
  readonly system: ProbeSystem;
}

export interface LifeEnd {
  readonly cause: ProbeRestartCause | 'closed';
  /** In words. */
  readonly detail: string;
  /** Whose read it was that ended it. */
  readonly guilty?: ProbedKind;
  /** It ended before anybody asked it anything: this is what they would have heard. */
  readonly unheard?: CollectionFailure;
}

interface PendingRead {
  readonly kind: ProbedKind;
  readonly startedAt: number;
  readonly patience: Patience;
  readonly resolve: (collected: Collected | undefined) => void;
}

const lastWordsMs = 100;

/** One process, from its start until it has ended or has to be: who is asked what, and who is guilty of the end. */
export class ProbeLife {
  readonly process: ProbeProcess;
  readonly startedAt: number;
  readonly over: Promise<LifeEnd>;
  readonly #options: LifeOptions;
  readonly #end = Promise.withResolvers<LifeEnd>();
  readonly #pending = new Map<number, PendingRead>();
  readonly #askedBefore = new Set<ProbedKind>();
  #reads = 0;
  #isOver = false;

  constructor(options: LifeOptions) {
    this.#options = options;
    this.over = this.#end.promise;
    this.startedAt = options.system.now();
    this.process = new ProbeProcess(options.system.start, {
      answer: (answer) => this.#take(answer),
      garbled: (problem) => this.#garbled(problem),
      line: options.onLine,
    });
    this.process.send({ type: 'start', sources: options.sources, parent: process.pid });
    void this.#watchExit();
  }

  async read(kind: ProbedKind): Promise<Collected | undefined> {
    if (this.#isOver || this.#readOf(kind) !== undefined) return undefined;
    const { intervalMs, system } = this.#options;
    const { firstRead, read } = system.times;
    const usual = Math.max(read, 2 * intervalMs);
    const timeoutMs = this.#askedBefore.has(kind) ? usual : Math.max(firstRead, usual);
    this.#askedBefore.add(kind);
    const id = (this.#reads += 1);
    const { promise, resolve } = Promise.withResolvers<Collected | undefined>();
    const patience = new Patience(system, timeoutMs, () => this.#silent(id, timeoutMs));
    this.#pending.set(id, { kind, startedAt: system.now(), patience, resolve });
    this.process.send({ type: 'read', id, kind, timeoutMs });
    this.#watchWhoIsHeld();
    return promise;
  }

  /** Gives it up as it is: its reads are cut off. */
  close(): void {
    this.#finish({ cause: 'closed', detail: 'closed' });
  }

  #take(answer: Answer): void {
    if (this.#isOver) return;
    const read = this.#pending.get(answer.id);
    if (read === undefined) return this.#garbled(`it answered read ${answer.id}, which nobody waits for`);
    this.#settle(answer.id, 'sample' in answer ? { sample: answer.sample } : { failure: answer.failure });
    this.#watchWhoIsHeld();
  }

  #silent(id: number, timeoutMs: number): void {
    // When our own loop was held up, its answer may lie there unread.
    setImmediate(() => {
      const read = this.#pending.get(id);
      if (read === undefined) return;
      const { kind } = read;
      this.#settle(id, { failure: timedOut(kind, timeoutMs) });
      const detail = `${kind} did not answer within ${Math.round(timeoutMs)} ms`;
      this.#finish({ cause: 'timeout', detail, guilty: kind });
    });
  }

  /** Nobody can tell whose fault it was, so it counts against all that wait. */
  #garbled(problem: string): void {
    if (this.#isOver) return;
    this.#failAll(garbled(problem));
    this.#finish({ cause: 'channel', detail: problem });
  }

  async #watchExit(): Promise<void> {
    const exit = await this.process.exited;
    await waitUntil(this.process.saidAll, lastWordsMs, this.#options.system);
    if (this.#isOver) return;
    const failure = ended(exit, this.process.lastWords);
    const detail = `it ${howItEnded(exit, this.process.lastWords)}`;
    const waiting = [...this.#pending];
    const accused = waiting.find(([, { kind }]) => kind === 'nvml') ?? (waiting.length === 1 ? waiting[0] : undefined);
    if (accused === undefined) this.#failAll(failure);
    else this.#settle(accused[0], { failure });
    this.#finish({
      cause: 'crash',
      detail,
      ...(accused !== undefined && { guilty: accused[1].kind }),
      ...(this.#reads === 0 && { unheard: failure }),
    });
  }

  /** A call into NVML blocks its process, so others are silent through no fault of theirs. */
  #watchWhoIsHeld(): void {
    const nvml = this.#readOf('nvml');
    for (const read of this.#pending.values()) {
      if (nvml === undefined || read === nvml) read.patience.run();
      else read.patience.pause();
    }
  }

  #readOf(kind: ProbedKind): PendingRead | undefined {
    return [...this.#pending.values()].find((read) => read.kind === kind);
  }

  #failAll(failure: CollectionFailure): void {
    for (const id of this.#pending.keys()) this.#settle(id, { failure });
  }

  #settle(id: number, outcome: Outcome | undefined): void {
    const read = this.#pending.get(id);
    if (read === undefined) return;
    this.#pending.delete(id);
    read.patience.pause();
    read.resolve(outcome && { durationMs: this.#options.system.now() - read.startedAt, ...outcome });
  }

  #finish(end: LifeEnd): void {
    this.#isOver = true;
    for (const id of this.#pending.keys()) this.#settle(id, undefined);
    this.#end.resolve(end);
  }
}

type Outcome =
  { readonly sample: Extract<Collected, { sample: unknown }>['sample'] } | { readonly failure: CollectionFailure };
