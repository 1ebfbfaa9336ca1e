import { SpanStatusCode, type Attributes, type Span } from '@opentelemetry/api';
import { ATTR_ERROR_TYPE } from '@opentelemetry/semantic-conventions';
import {
  ATTR_MESSAGING_DESTINATION_NAME,
  ATTR_MESSAGING_MESSAGE_ID,
  ATTR_MESSAGING_OPERATION_NAME,
  ATTR_MESSAGING_OPERATION_TYPE,
  ATTR_MESSAGING_SYSTEM,
} from '@opentelemetry/semantic-conventions/incubating';
import { safeText } from './log-fields.ts';

/** Where spans are about a queue: `sqlite`, `redis`, `runpod`, and the endpoint's name. */
export interface QueueIdentity {
  readonly system: string;
  readonly queue: string;
}

/** The messaging conventions (semantic conventions 1.45, in development) and our own `flyball.queue`. */
export function queueAttributes(
  { system, queue }: QueueIdentity,
  operation: {
    readonly name: string;
    readonly type: 'send' | 'receive' | 'process' | 'settle';
    readonly jobId?: string;
  },
): Attributes {
  return {
    'flyball.queue': queue,
    [ATTR_MESSAGING_SYSTEM]: system,
    [ATTR_MESSAGING_DESTINATION_NAME]: queue,
    [ATTR_MESSAGING_OPERATION_NAME]: operation.name,
    [ATTR_MESSAGING_OPERATION_TYPE]: operation.type,
    ...(operation.jobId !== undefined && { [ATTR_MESSAGING_MESSAGE_ID]: operation.jobId }),
  };
}

/** @param message in the words of the log: without secrets, of a readable length */
export function fail(span: Span, errorType: string, message: string | undefined): void {
  span.setAttribute(ATTR_ERROR_TYPE, errorType);
  span.setStatus({ code: SpanStatusCode.ERROR, ...(message !== undefined && { message: safeText(message) }) });
}
