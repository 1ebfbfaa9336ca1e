import type { DecisionRecord, ErrorType, Failure, Outcome, QueueDepth, TelemetryEvent } from '#libs/core';
import type {
  admissionReasons,
  admissionResults,
  handlerExitCauses,
  handlerKinds,
  jobEnds,
  leaseLossCauses,
  outboxResults,
  outOfMemoryScopes,
  queueOperations,
  queueResults,
  recordResults,
  recordSinks,
  webhookResults,
} from './label-sets.ts';
import type { LeveledEvent } from './log-events.ts';
import type { TraceIds } from './trace-ids.ts';

export type QueueOperation = (typeof queueOperations)[number];

/**
 * Everything that happens, once. Metrics, log lines and the controller's spans hang off these; business code touches none of them.
 * Durations in ms. `trace`: of the attempt, the request or the delivery it happened in, where that is sampled.
 */
export type FlyballEvent =
  | TelemetryEvent
  | {
      readonly type: 'period';
      readonly record: DecisionRecord;
      /** Time to observe, decide, apply and record. */
      readonly durationMs: number;
      /** Actual minus planned start. */
      readonly lagMs: number;
      readonly depth?: QueueDepth;
    }
  | {
      readonly type: 'strategy-error';
      readonly strategy: string;
      readonly kind: string;
      readonly message: string;
      /** It sets no limit. */
      readonly shadow?: true;
    }
  | {
      readonly type: 'admission';
      readonly result: (typeof admissionResults)[number];
      readonly reason: (typeof admissionReasons)[number];
      readonly waitMs: number;
      readonly trace?: TraceIds;
    }
  | {
      readonly type: 'attempt-started';
      readonly jobId: string;
      readonly attempt: number;
      /** Enqueue to start; negative between hosts whose clocks differ. */
      readonly queueWaitMs: number;
      readonly trace?: TraceIds;
    }
  | {
      readonly type: 'attempt-ended';
      readonly jobId: string;
      readonly attempt: number;
      readonly outcome: Outcome;
      readonly errorType?: ErrorType;
      readonly message?: string;
      readonly serviceMs: number;
      readonly deadlineMs?: number;
      /** It goes back to be tried again. */
      readonly retried: boolean;
      readonly trace?: TraceIds;
    }
  | {
      readonly type: 'job-finished';
      readonly jobId: string;
      readonly status: (typeof jobEnds)[number];
      readonly totalMs: number;
      readonly trace?: TraceIds;
    }
  | {
      readonly type: 'queue-operation';
      readonly operation: QueueOperation;
      readonly result: (typeof queueResults)[number];
      readonly durationMs: number;
      /** Jobs that a take brought. */
      readonly count?: number;
    }
  | {
      readonly type: 'lease-lost';
      readonly jobId: string;
      readonly cause: (typeof leaseLossCauses)[number];
      readonly trace?: TraceIds;
    }
  | {
      readonly type: 'handler-state';
      readonly kind: (typeof handlerKinds)[number];
      readonly up: boolean;
      readonly startMs?: number;
      /** Absent: it is up, or has not been yet. */
      readonly cause?: (typeof handlerExitCauses)[number];
      readonly detail?: string;
    }
  | {
      readonly type: 'handler-log';
      readonly level: 'debug' | 'info' | 'warn' | 'error';
      readonly message: string;
      readonly jobId?: string;
    }
  /** A try to deliver a finished result that waits on disk. */
  | { readonly type: 'outbox'; readonly jobId: string; readonly result: (typeof outboxResults)[number] }
  | { readonly type: 'out-of-memory'; readonly scope: (typeof outOfMemoryScopes)[number]; readonly failure: Failure }
  | {
      readonly type: 'http-request';
      readonly operation: string;
      readonly status: number;
      readonly durationMs: number;
      readonly trace?: TraceIds;
    }
  | {
      readonly type: 'webhook';
      readonly jobId: string;
      readonly result: (typeof webhookResults)[number];
      readonly detail?: string;
      readonly trace?: TraceIds;
    }
  | {
      readonly type: 'record-written';
      readonly sink: (typeof recordSinks)[number];
      readonly result: (typeof recordResults)[number];
      /** Records this is about; 1 when absent. */
      readonly count?: number;
      readonly detail?: string;
    }
  | (LeveledEvent & { readonly type: 'notice'; readonly fields: Readonly<Record<string, unknown>> });

export type Emit = (event: FlyballEvent) => void;
