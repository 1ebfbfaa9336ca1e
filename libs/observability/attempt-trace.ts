import {
  context,
  ROOT_CONTEXT,
  SpanKind,
  trace,
  type Context,
  type Link,
  type Span,
  type Tracer,
} from '@opentelemetry/api';
import { decisionId, type DecisionRecord, type EndedAttempt, type ErrorType, type Job } from '#libs/core';
import { limitingFactor } from './limiting-factor.ts';
import { fail, queueAttributes, type QueueIdentity } from './span-attributes.ts';
import { remoteSpan, sampledIds, traceparentOf } from './trace-context.ts';
import type { TraceIds } from './trace-ids.ts';

/** One attempt as it is admitted. Times in ms since 1970. */
export interface AttemptStart {
  readonly job: Job;
  readonly handlerKind: 'module' | 'python' | 'http';
  readonly leasedAt: number;
  readonly startedAt: number;
}

/** Whom an attempt's span knows beside its job's sender. */
export interface AttemptSurroundings {
  readonly tracer: Tracer;
  readonly identity: QueueIdentity;
  /** Of the last period. */
  readonly record: DecisionRecord | undefined;
  /** The spans to link beside the sender's: the decision in force, the handler's start. */
  readonly links: readonly Link[];
}

/** A job that waited longer begins a trace of its own, with a link: nobody reads a trace that lasts for hours. */
const longestWaitMs = 3_600_000;
/** Shorter waits at the gate are no story. */
const toldWaitMs = 1;

/**
 * The spans of one attempt: `process` from its lease to the end of its lease, a child of whoever enqueued the job; inside
 * it `gate`, `handler` and `settle`. Where `process` is not sampled, nothing else is made.
 */
export class AttemptTrace {
  /** Only where it is sampled. */
  readonly ids: TraceIds | undefined;
  /** Of `process`: what the queue keeps for the webhook and for the next attempt. */
  readonly traceparent: string;
  /** What the user's code continues. */
  readonly handlerTraceparent: string;
  readonly #start: AttemptStart;
  readonly #tracer: Tracer;
  readonly #identity: QueueIdentity;
  readonly #process: Span;
  readonly #inProcess: Context;
  readonly #handler: Span | undefined;
  #chunks = 0;
  #outcome = '';

  constructor(start: AttemptStart, { tracer, identity, record, links }: AttemptSurroundings) {
    const { job, leasedAt, startedAt, handlerKind } = start;
    this.#start = start;
    this.#tracer = tracer;
    this.#identity = identity;
    const sent = remoteSpan(job.traceparent, job.tracestate);
    const previous = remoteSpan(job.previousTraceparent);
    const isLate = startedAt - job.enqueuedAt > longestWaitMs;
    const parent = sent === undefined || isLate ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, sent);
    const others = [sent, previous].filter((span) => span !== undefined).map((span) => ({ context: span }));
    const options = {
      kind: SpanKind.CONSUMER,
      startTime: leasedAt,
      links: [...others, ...links],
      attributes: {
        ...queueAttributes(identity, { name: 'process', type: 'process', jobId: job.id }),
        'flyball.attempt': job.attempt,
        'flyball.queue_wait_ms': Math.max(0, startedAt - job.enqueuedAt),
        ...(record && decisionAttributes(record)),
      },
    };
    this.#process = tracer.startSpan(`process ${identity.queue}`, options, parent);
    this.#inProcess = trace.setSpan(parent, this.#process);
    const own = this.#process.spanContext();
    this.ids = sampledIds(own);
    this.traceparent = traceparentOf(own);
    this.#handler = this.ids === undefined ? undefined : this.#startHandler(handlerKind, startedAt);
    this.handlerTraceparent =
      this.#handler === undefined ? this.traceparent : traceparentOf(this.#handler.spanContext());
    this.#gate();
  }

  /** Runs the user's code where its own spans become children of `handler`. */
  within<Result>(run: () => Result): Result {
    return this.#handler === undefined ? run() : context.with(trace.setSpan(this.#inProcess, this.#handler), run);
  }

  chunk(): void {
    this.#chunks += 1;
  }

  /** The attempt is over; the queue may not know it yet. */
  ended(ended: EndedAttempt, errorType: ErrorType | undefined, message: string | undefined): void {
    const { outcome, service, deadline } = ended;
    this.#outcome = outcome;
    this.#process.setAttribute('flyball.outcome', outcome);
    if (deadline !== undefined && deadline > 0) {
      this.#process.setAttribute('flyball.deadline_ratio', service / deadline);
    }
    const handler = this.#handler;
    if (handler !== undefined && this.#chunks > 0) handler.setAttribute('flyball.chunks', this.#chunks);
    for (const span of outcome === 'succeeded' ? [] : [this.#process, ...(handler ? [handler] : [])]) {
      fail(span, errorType ?? 'other', message);
    }
    handler?.end();
  }

  /** Tells of `write`, by which the queue takes the outcome. */
  async settled(write: () => Promise<boolean>): Promise<boolean> {
    if (this.ids === undefined) return write();
    const attributes = {
      ...queueAttributes(this.#identity, { name: 'settle', type: 'settle', jobId: this.#start.job.id }),
      'flyball.outcome': this.#outcome,
    };
    const options = { kind: SpanKind.CLIENT, attributes };
    const span = this.#tracer.startSpan(`settle ${this.#identity.queue}`, options, this.#inProcess);
    const told = await write();
    if (!told) fail(span, 'other', 'the queue could not be told');
    span.end();
    return told;
  }

  /** The lease is over. */
  end(): void {
    this.#process.end();
  }

  #startHandler(kind: AttemptStart['handlerKind'], startTime: number): Span {
    const attributes = { 'flyball.queue': this.#identity.queue, 'flyball.handler.kind': kind };
    const spanKind = kind === 'http' ? SpanKind.CLIENT : SpanKind.INTERNAL;
    return this.#tracer.startSpan(`handler ${kind}`, { kind: spanKind, startTime, attributes }, this.#inProcess);
  }

  #gate(): void {
    const { leasedAt, startedAt } = this.#start;
    if (this.ids === undefined || startedAt - leasedAt <= toldWaitMs) return;
    const attributes = { 'flyball.queue': this.#identity.queue };
    this.#tracer.startSpan('gate', { startTime: leasedAt, attributes }, this.#inProcess).end(startedAt);
  }
}

function decisionAttributes(record: DecisionRecord) {
  return {
    'flyball.decision.id': decisionId(record),
    'flyball.limit': record.limit.gate,
    'flyball.limiting_factor': limitingFactor(record),
  };
}
