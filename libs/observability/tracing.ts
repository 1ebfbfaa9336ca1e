import { ROOT_CONTEXT, SpanKind, trace, type Span, type Tracer } from '@opentelemetry/api';
import { AttemptTrace, type AttemptStart } from './attempt-trace.ts';
import { EventSpans } from './event-spans.ts';
import type { Emit } from './events.ts';
import { RequestTrace, type RequestFacts } from './request-trace.ts';
import { fail, queueAttributes, type QueueIdentity } from './span-attributes.ts';
import { remoteSpan, sampledIds, traceparentOf } from './trace-context.ts';
import type { TraceIds } from './trace-ids.ts';

/** Something sent from here: what it carries, and its end. */
export interface Sending {
  readonly ids: TraceIds | undefined;
  readonly traceparent: string;
  /** `failure`: what went wrong, in words. */
  end(failure?: string): void;
}

export interface TracingOptions extends QueueIdentity {
  readonly tracer: Tracer;
  /** Wall clock, ms since 1970. */
  readonly wall: () => number;
}

/** The spans of this process, where tracing is on; one trace for each job, from its client to its webhook. */
export class Tracing {
  readonly #tracer: Tracer;
  readonly #identity: QueueIdentity;
  readonly #events: EventSpans;

  constructor({ tracer, system, queue, wall }: TracingOptions) {
    this.#tracer = tracer;
    this.#identity = { system, queue };
    this.#events = new EventSpans({ tracer, identity: this.#identity, wall });
  }

  /** Spans of what is no job's. */
  readonly record: Emit = (event) => this.#events.see(event);

  request(facts: RequestFacts): RequestTrace {
    return new RequestTrace(this.#tracer, this.#identity.queue, facts);
  }

  /** A job is being stored; its attempts continue this span. */
  send(jobId: string, sender: { readonly traceparent?: string; readonly tracestate?: string }): Sending {
    const attributes = queueAttributes(this.#identity, { name: 'send', type: 'send', jobId });
    const options = { kind: SpanKind.PRODUCER, attributes };
    const client = remoteSpan(sender.traceparent, sender.tracestate);
    const parent = client === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, client);
    return sending(this.#tracer.startSpan(`send ${this.#identity.queue}`, options, parent));
  }

  /** A job has its place in the gate. */
  attempt(start: AttemptStart): AttemptTrace {
    const { record, decision } = this.#events;
    const handlerStart = this.#events.takeHandlerStart();
    const links = [decision, handlerStart].filter((span) => span !== undefined).map((context) => ({ context }));
    return new AttemptTrace(start, { tracer: this.#tracer, identity: this.#identity, record, links });
  }

  /** One try of a webhook; a child of the attempt that ended the job. */
  deliver(webhook: {
    /** Host of its receiver. */
    readonly address: string;
    readonly delivery: number;
    readonly jobId: string;
    readonly traceparent?: string | undefined;
  }): Sending {
    const attempt = remoteSpan(webhook.traceparent);
    const parent = attempt === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, attempt);
    const attributes = {
      'flyball.queue': this.#identity.queue,
      'messaging.message.id': webhook.jobId,
      'flyball.delivery.try': webhook.delivery,
      'server.address': webhook.address,
    };
    const options = { kind: SpanKind.CLIENT, attributes, ...(attempt && { links: [{ context: attempt }] }) };
    return sending(this.#tracer.startSpan(`deliver ${this.#identity.queue}`, options, parent));
  }
}

function sending(span: Span): Sending {
  const own = span.spanContext();
  return {
    ids: sampledIds(own),
    traceparent: traceparentOf(own),
    end(failure) {
      if (failure !== undefined) fail(span, 'other', failure);
      span.end();
    },
  };
}
