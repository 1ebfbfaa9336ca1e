import type { DecisionRecord, ErrorType, Failure, Outcome, QueueDepth } from '#libs/core';

export type QueueOperation = 'take' | 'renew' | 'succeed' | 'fail' | 'give-back' | 'progress' | 'chunk' | 'depth';

/**
 * Everything that happens, once. Metrics, log lines and (later) spans hang off these; business code touches none of them.
 * Durations in ms.
 */
export type FlyballEvent =
  | {
      readonly type: 'period';
      readonly record: DecisionRecord;
      /** Time to observe, decide, apply and record. */
      readonly durationMs: number;
      /** Actual minus planned start. */
      readonly lagMs: number;
      readonly depth?: QueueDepth;
    }
  | { readonly type: 'strategy-error'; readonly strategy: string; readonly kind: string; readonly message: string }
  | {
      readonly type: 'admission';
      readonly result: 'admitted' | 'deferred' | 'given-back';
      readonly reason: '' | 'limit' | 'handler' | 'drain';
      readonly waitMs: number;
    }
  | {
      readonly type: 'attempt-started';
      readonly jobId: string;
      readonly attempt: number;
      /** Enqueue to start; negative between hosts whose clocks differ. */
      readonly queueWaitMs: number;
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
    }
  | {
      readonly type: 'job-finished';
      readonly jobId: string;
      readonly status: 'succeeded' | 'failed' | 'timed-out' | 'cancelled';
      readonly totalMs: number;
    }
  | {
      readonly type: 'queue-operation';
      readonly operation: QueueOperation;
      readonly result: 'ok' | 'empty' | 'lost' | 'error';
      readonly durationMs: number;
    }
  | {
      readonly type: 'lease-lost';
      readonly jobId: string;
      readonly cause: 'expired' | 'stolen' | 'cancelled' | 'server';
    }
  | {
      readonly type: 'handler-state';
      readonly kind: 'module' | 'python' | 'http';
      readonly up: boolean;
      readonly startMs?: number;
      readonly cause?: 'exit' | 'out-of-memory' | 'unresponsive' | 'refresh';
      readonly detail?: string;
    }
  | {
      readonly type: 'handler-log';
      readonly level: 'debug' | 'info' | 'warn' | 'error';
      readonly message: string;
      readonly jobId?: string;
    }
  | { readonly type: 'out-of-memory'; readonly scope: 'attempt' | 'handler' | 'worker'; readonly failure: Failure }
  | { readonly type: 'http-request'; readonly operation: string; readonly status: number; readonly durationMs: number }
  | {
      readonly type: 'webhook';
      readonly jobId: string;
      readonly result: 'accepted' | 'retried' | 'refused' | 'error';
      readonly detail?: string;
    }
  | {
      readonly type: 'record-written';
      readonly sink: 'memory' | 'file';
      readonly result: 'written' | 'dropped' | 'error';
    }
  | {
      readonly type: 'notice';
      readonly level: 'info' | 'warn' | 'error';
      readonly event: string;
      readonly fields: Readonly<Record<string, unknown>>;
    };

export type Emit = (event: FlyballEvent) => void;
