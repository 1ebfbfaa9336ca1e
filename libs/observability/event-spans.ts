import { ROOT_CONTEXT, SpanKind, type Attributes, type SpanContext, type Tracer } from '@opentelemetry/api';
import { decisionId, type DecisionRecord, type TelemetryEvent } from '#libs/core';
import type { FlyballEvent } from './events.ts';
import { limitingFactor } from './limiting-factor.ts';
import { fail, queueAttributes, type QueueIdentity } from './span-attributes.ts';

/** Half of the time that a collection may take. */
const slowCollectionMs = 1000;

export interface EventSpansOptions {
  readonly tracer: Tracer;
  readonly identity: QueueIdentity;
  /** Wall clock, ms since 1970. */
  readonly wall: () => number;
}

/**
 * Spans of what is no job's: `decide` where a period changed something, `receive` where a take brought jobs, `handler
 * start`, and `collect` where telemetry failed or was slow. Each is a root, made when it is over.
 */
export class EventSpans {
  readonly #options: EventSpansOptions;
  #record: DecisionRecord | undefined;
  #decision: SpanContext | undefined;
  #handlerStart: SpanContext | undefined;

  constructor(options: EventSpansOptions) {
    this.#options = options;
  }

  /** Of the last period. */
  get record(): DecisionRecord | undefined {
    return this.#record;
  }

  /** Of the last decision that changed something. */
  get decision(): SpanContext | undefined {
    return this.#decision;
  }

  /** Told once: to the first attempt after it. */
  takeHandlerStart(): SpanContext | undefined {
    const start = this.#handlerStart;
    this.#handlerStart = undefined;
    return start;
  }

  see(event: FlyballEvent): void {
    switch (event.type) {
      case 'period':
        return this.#period(event);
      case 'queue-operation':
        return this.#received(event);
      case 'handler-state':
        if (event.up && event.startMs !== undefined) {
          this.#handlerStart = this.#past('handler start', event.startMs, {
            'flyball.queue': this.#options.identity.queue,
            'flyball.handler.kind': event.kind,
          });
        }
        return;
      case 'collection':
        return this.#collected(event);
      default:
    }
  }

  #period({ record, durationMs }: Extract<FlyballEvent, { type: 'period' }>): void {
    const before = this.#record;
    this.#record = record;
    if (!isNews(record, before)) return;
    const { identity, tracer } = this.#options;
    const attributes = decisionAttributes(record, identity.queue);
    const span = tracer.startSpan(
      `decide ${identity.queue}`,
      { root: true, startTime: record.at - durationMs, attributes },
      ROOT_CONTEXT,
    );
    if (record.action !== 'hold') {
      span.addEvent('flyball.limit-changed', { from: record.limit.was, to: record.limit.gate }, record.at);
    }
    if (record.error !== undefined) fail(span, record.error.kind, record.error.message);
    span.end(record.at);
    this.#decision = span.spanContext();
  }

  #received({ operation, durationMs, count }: Extract<FlyballEvent, { type: 'queue-operation' }>): void {
    if (operation !== 'take' || count === undefined || count === 0) return;
    const { identity } = this.#options;
    const attributes = queueAttributes(identity, { name: 'receive', type: 'receive' });
    const kind = SpanKind.CLIENT;
    this.#past(
      `receive ${identity.queue}`,
      durationMs,
      { ...attributes, 'messaging.batch.message_count': count },
      { kind },
    );
  }

  #collected({ source, result, durationMs, failure }: Extract<TelemetryEvent, { type: 'collection' }>): void {
    if (failure === undefined && durationMs <= slowCollectionMs) return;
    const attributes = { 'flyball.source': source, 'flyball.result': result };
    const failed = failure === undefined ? undefined : { errorType: result, message: failure.message };
    this.#past(`collect ${source}`, durationMs, attributes, { failed });
  }

  /** A root span that ends now. */
  #past(name: string, durationMs: number, attributes: Attributes, { kind, failed }: PastSpan = {}): SpanContext {
    const now = this.#options.wall();
    const options = { root: true, kind: kind ?? SpanKind.INTERNAL, startTime: now - durationMs, attributes };
    const span = this.#options.tracer.startSpan(name, options, ROOT_CONTEXT);
    if (failed !== undefined) fail(span, failed.errorType, failed.message);
    span.end(now);
    return span.spanContext();
  }
}

interface PastSpan {
  readonly kind?: SpanKind;
  readonly failed?: { readonly errorType: string; readonly message: string } | undefined;
}

/** A change, another mode, another bound, an error; a period that went on as before is none. */
function isNews(record: DecisionRecord, before: DecisionRecord | undefined): boolean {
  if (record.action !== 'hold' || record.error !== undefined) return true;
  return before !== undefined && (record.mode !== before.mode || record.bounds.bit !== before.bounds.bit);
}

function decisionAttributes(record: DecisionRecord, queue: string): Attributes {
  const { strategy, action, reason, limit, mode, bounds, decision } = record;
  const terms = Object.entries(decision.terms ?? {}).map(([name, value]) => [`flyball.term.${name}`, value]);
  return {
    'flyball.queue': queue,
    'flyball.decision.id': decisionId(record),
    'flyball.strategy': strategy,
    'flyball.mode': mode,
    'flyball.action': action,
    'flyball.reason': reason,
    'flyball.limit.before': limit.before,
    'flyball.limit.after': limit.after,
    'flyball.limiting_factor': limitingFactor(record),
    'flyball.bound': bounds.bit,
    ...Object.fromEntries(terms),
  };
}
