import type { JobSource, Lease, Window } from '#libs/core';
import type { AttemptResult, Handler } from '#libs/handlers';
import type { AttemptTrace, Emit, Tracing } from '#libs/observability';
import { deadlineOf, failureOf, runAttempt, type AttemptEnd } from './attempt.ts';
import type { Clock } from './clock.ts';
import type { Gate, Place } from './gate.ts';
import { inTrace, reportAttempt, reportFinished, type Report } from './report-attempt.ts';
import { settle } from './settle.ts';
import { backOff, waitFor } from './wait.ts';

export interface WorkerLoopOptions {
  readonly source: JobSource;
  readonly handler: Handler;
  readonly gate: Gate;
  readonly window: Window;
  readonly clock: Clock;
  readonly emit: Emit;
  /** Attempts a job may have; tells whether a failure goes back to the queue. */
  readonly attempts: number;
  /** LATENCY_TARGET, ms. */
  readonly latencyTarget: number | undefined;
  /** A device's memory is all but used up: a handler that dies now died of that. */
  readonly memoryFull?: () => boolean;
  /** A handler asks for another worker in this one's place; heard before its result is told. */
  readonly refresh?: (() => void) | undefined;
  readonly random?: () => number;
  readonly tracing?: Pick<Tracing, 'attempt'> | undefined;
}

interface Waiting {
  readonly lease: Lease;
  readonly since: number;
  /** The guard has refused it before. */
  deferred: boolean;
}

/** In-process code that ignores its abort cannot be stopped; after this its slot is given up, with a warning. */
const abandonAfterMs = 30_000;
const forever = 2 ** 31 - 1;
/** Ids in one line of the log. */
const mostNamed = 20;

/**
 * Keeps the gate's free slots filled: asks the queue for as many jobs as may start, starts what comes, and asks again in
 * the same turn as a slot frees. Jobs that no longer fit after a cut, and the one that the memory guard refuses with those
 * behind it, wait here, first in line.
 */
export class WorkerLoop {
  readonly #options: WorkerLoopOptions;
  readonly #random: () => number;
  readonly #waiting: Waiting[] = [];
  readonly #takes = new Map<AbortController, number>();
  readonly #running = new Set<Promise<void>>();
  readonly #stopped = new AbortController();
  readonly #drained = new AbortController();
  readonly #abandoned = new AbortController();
  /** Jobs that still ran when the drain's time was over, and whether the queue has taken them back. */
  readonly #cut = new Map<string, boolean>();
  #failedTakes = 0;
  #backingOff = false;
  /** When the handler's process last died of memory. */
  #diedAt = -Infinity;

  constructor(options: WorkerLoopOptions) {
    this.#options = options;
    this.#random = options.random ?? Math.random;
  }

  /** Leased jobs that wait for room. */
  get waiting(): number {
    return this.#waiting.length;
  }

  get stopping(): boolean {
    return this.#stopped.signal.aborted;
  }

  start(): void {
    this.#options.gate.onRoom(() => this.fill());
    this.fill();
  }

  /** Starts what may start and asks for what is missing. Called whenever room, readiness or stock may have changed. */
  fill(): void {
    const { gate, handler } = this.#options;
    gate.holdBack(!handler.ready);
    if (this.stopping) return;
    if (!handler.ready) return this.#recallTakes();
    const refused = this.#startWaiting();
    gate.holdBack(refused);
    const asked = this.#asked();
    // After a cut, or where the guard refuses, takes that could bring more than fits are called back: the jobs are
    // another worker's to take. What these takes already hold waits in line.
    if (refused || asked > gate.free) return this.#recallTakes();
    const missing = gate.worthTaking - asked - this.#waiting.length;
    if (missing > 0 && !this.#backingOff) void this.#take(missing);
  }

  /**
   * Stops taking, gives back what has not begun, lets running attempts end; after `timeoutMs` gives back what still runs.
   * Resolves when nothing runs any more and every end has been told to the queue, or could not be for 5 s.
   */
  async drain(timeoutMs: number): Promise<void> {
    this.#stopped.abort();
    this.#recallTakes();
    await Promise.all(this.#waiting.splice(0).map(({ lease, since }) => this.#giveBack(lease, since)));
    const timer = setTimeout(() => this.#drained.abort(), timeoutMs);
    const lastCall = setTimeout(() => this.#abandoned.abort(), timeoutMs + 5000);
    const { signal } = this.#abandoned;
    const abandoned = new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    while ((this.#running.size > 0 || this.#takes.size > 0) && !signal.aborted) {
      await Promise.race([this.#takes.size > 0 ? waitFor(5, signal) : Promise.all(this.#running), abandoned]);
    }
    clearTimeout(timer);
    clearTimeout(lastCall);
    this.#tellCut(timeoutMs);
  }

  /** First come, first served: nobody overtakes a job that the guard refuses. Says whether it refuses the first. */
  #startWaiting(): boolean {
    const { gate, emit, clock } = this.#options;
    for (let [next] = this.#waiting; next !== undefined && gate.free > 0; [next] = this.#waiting) {
      // Cancelled while it waited here: its end is written already.
      const cancelled = next.lease.cancelled.aborted;
      if (!cancelled && !gate.admits(next.lease.job)) {
        if (!next.deferred) {
          emit({ type: 'admission', result: 'deferred', reason: 'guard', waitMs: clock.now() - next.since });
        }
        next.deferred = true;
        return true;
      }
      this.#waiting.shift();
      if (!cancelled) this.#begin(next.lease, next.since);
    }
    return false;
  }

  /** Their clients wait longer for it, so somebody may ask. */
  #tellCut(timeoutMs: number): void {
    const count = this.#cut.size;
    if (count === 0) return;
    const ids = [...this.#cut.keys()];
    const jobs = `${ids.slice(0, mostNamed).join(', ')}${count > mostNamed ? ', …' : ''}`;
    const left = [...this.#cut.values()].filter((given) => !given).length;
    const kept = left === 0 ? '' : `; the queue was not told of ${left}, whose leases run out`;
    const message = `${count} still running when the drain's ${timeoutMs} ms were over, to be tried again: ${jobs}${kept}`;
    this.#options.emit({ type: 'notice', level: 'warn', event: 'drain-cut', fields: { count, jobs, message } });
  }

  #asked(): number {
    let asked = 0;
    for (const count of this.#takes.values()) asked += count;
    return asked;
  }

  #recallTakes(): void {
    for (const take of this.#takes.keys()) take.abort();
  }

  async #take(count: number): Promise<void> {
    const { source, clock, emit } = this.#options;
    const take = new AbortController();
    this.#takes.set(take, count);
    const start = performance.now();
    try {
      const leases = await source.take(count, take.signal);
      this.#failedTakes = 0;
      const result = leases.length > 0 ? 'ok' : 'empty';
      const durationMs = performance.now() - start;
      emit({ type: 'queue-operation', operation: 'take', result, durationMs, count: leases.length });
      const since = clock.now();
      if (this.stopping) await Promise.all(leases.map((lease) => this.#giveBack(lease, since)));
      else this.#waiting.push(...leases.map((lease) => ({ lease, since, deferred: false })));
    } catch (error) {
      emit({ type: 'queue-operation', operation: 'take', result: 'error', durationMs: performance.now() - start });
      await this.#backOffTakes(error);
    } finally {
      this.#takes.delete(take);
      this.fill();
    }
  }

  /** One wait for all slots: a queue that is down is not asked by each of them. */
  async #backOffTakes(error: unknown): Promise<void> {
    if (this.#backingOff) return;
    if (this.#failedTakes === 0) {
      const fields = { error: String(error) };
      this.#options.emit({ type: 'notice', level: 'warn', event: 'take-failed', fields });
    }
    this.#backingOff = true;
    await waitFor(backOff(this.#failedTakes, 200, 10_000, this.#random), this.#stopped.signal);
    this.#failedTakes += 1;
    this.#backingOff = false;
  }

  #begin(lease: Lease, since: number): void {
    const { job } = lease;
    const place = this.#options.gate.enter(job);
    const { emit, window, clock, handler, tracing } = this.#options;
    const startedAt = clock.wall();
    const queueWaitMs = startedAt - job.enqueuedAt;
    const waitMs = place.start - since;
    const trace = tracing?.attempt({ job, handlerKind: handler.kind, leasedAt: startedAt - waitMs, startedAt });
    window.started(Math.max(0, queueWaitMs));
    emit({ type: 'admission', result: 'admitted', reason: '', waitMs, ...inTrace(trace) });
    emit({ type: 'attempt-started', jobId: job.id, attempt: job.attempt, queueWaitMs, ...inTrace(trace) });
    const running = this.#run(lease, place, trace).finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  async #run(lease: Lease, place: Place, trace: AttemptTrace | undefined): Promise<void> {
    const { handler, clock, window, emit, latencyTarget } = this.#options;
    const deadline = deadlineOf(lease.job, latencyTarget);
    const now = (): number => clock.now();
    const { memoryFull = () => false } = this.#options;
    const drained = this.#drained.signal;
    const attempt = runAttempt({ handler, lease, place, now, deadline, memoryFull, drained, emit, trace });
    void attempt.returned.then((result) => {
      // Before the slot is anybody else's: the next job is judged by what this one has shown.
      this.#learnMemory(result, place);
      if ('refreshWorker' in result && result.refreshWorker) this.#options.refresh?.();
      place.leave();
    });
    const end = await attempt.end;
    window.ended(end.ended);
    const report: Report = { job: lease.job, end, attempts: this.#options.attempts, emit, trace };
    reportAttempt(report);
    const { id } = lease.job;
    const isCut = end.settle === 'give-back' && drained.aborted;
    if (isCut) this.#cut.set(id, false);
    const told = settle(lease, end, { emit, signal: this.#abandoned.signal, random: this.#random, trace });
    if (interruptedByUs(end)) await this.#awaitReturn(lease, attempt.returned, place);
    const isTold = await told;
    if (isTold) reportFinished(report, clock.wall());
    if (isTold && isCut) this.#cut.set(id, true);
    trace?.end();
  }

  /** The attempt is over, the handler's code may not be: its slot stays taken until it returns. */
  async #awaitReturn(lease: Lease, returned: Promise<unknown>, place: Place): Promise<void> {
    const { handler, emit } = this.#options;
    const stop = new AbortController();
    const signal = AbortSignal.any([stop.signal, this.#drained.signal]);
    const late = waitFor(1000, signal).then(async () => {
      if (signal.aborted) return;
      const fields = { jobId: lease.job.id, advice: 'stop when context.signal aborts' };
      emit({ type: 'notice', level: 'warn', event: 'handler-ignores-abort', fields });
      // A process is replaced or returns by itself; code in this process can only be left behind.
      await waitFor(handler.kind === 'module' ? abandonAfterMs : forever, signal);
    });
    await Promise.race([returned, late]);
    stop.abort();
    place.leave();
  }

  /** A death of the handler's process is one event, however many attempts it cost. */
  #learnMemory(result: AttemptResult, place: Place): void {
    if (result.outcome === 'succeeded' || result.errorType !== 'out-of-memory') return;
    const { emit, gate, clock } = this.#options;
    const died = result.processDied === true;
    if (died && place.start <= this.#diedAt) return;
    const now = clock.now();
    if (died) this.#diedAt = now;
    gate.guard.outOfMemory(died ? 'worker' : 'job', now);
    emit({ type: 'out-of-memory', scope: died ? 'handler' : 'attempt', failure: failureOf(result) });
  }

  async #giveBack(lease: Lease, since: number): Promise<void> {
    const { emit, clock } = this.#options;
    emit({ type: 'admission', result: 'given-back', reason: 'drain', waitMs: clock.now() - since });
    // A lease that cannot be given back now expires by itself.
    await lease.giveBack().catch(() => undefined);
  }
}

/** The queue has its answer before the handler's code has returned. */
function interruptedByUs(end: AttemptEnd): boolean {
  return end.settle === 'keep' || end.settle === 'give-back' || end.errorType === 'timeout';
}
