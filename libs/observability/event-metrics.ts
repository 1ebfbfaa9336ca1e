import type { TelemetryEvent } from '#libs/core';
import type { FlyballEvent } from './events.ts';
import { handlerExitCauses } from './label-sets.ts';
import type { MetricFamilies } from './metrics.ts';

/** Counts one event; `period` and telemetry have files of their own. Seconds out of the events' milliseconds. */
export function recordEvent(
  families: MetricFamilies,
  queue: string,
  event: Exclude<FlyballEvent, TelemetryEvent | { type: 'period' }>,
): void {
  switch (event.type) {
    case 'strategy-error':
      families.count('strategy_errors_total', { queue, strategy: event.strategy, kind: event.kind });
      return;
    case 'admission':
      families.count('admissions_total', { queue, result: event.result, reason: event.reason });
      if (event.result === 'admitted')
        families.observe('gate_wait_seconds', { queue }, event.waitMs / 1000, event.trace);
      return;
    case 'attempt-started':
      if (event.queueWaitMs < 0) families.count('clock_skew_total', { queue });
      if (event.attempt === 1) {
        families.observe('job_queue_wait_seconds', { queue }, event.queueWaitMs / 1000, event.trace);
      }
      return;
    case 'attempt-ended':
      recordAttempt(families, queue, event);
      return;
    case 'job-finished':
      families.count('jobs_finished_total', { queue, status: event.status });
      families.observe('job_total_seconds', { queue, status: event.status }, event.totalMs / 1000, event.trace);
      return;
    case 'outbox':
      families.count('outbox_deliveries_total', { queue, result: event.result });
      return;
    case 'queue-operation':
      families.count('queue_operations_total', { queue, operation: event.operation, result: event.result });
      families.observe('queue_operation_seconds', { queue, operation: event.operation }, event.durationMs / 1000);
      return;
    case 'lease-lost':
      families.count('leases_lost_total', { queue, cause: event.cause });
      return;
    case 'handler-state':
      recordHandler(families, queue, event);
      return;
    case 'out-of-memory':
      families.count('out_of_memory_total', { queue, scope: event.scope });
      return;
    case 'http-request': {
      const code = `${Math.floor(event.status / 100)}xx`;
      families.count('http_requests_total', { operation: event.operation, code });
      families.observe('http_request_seconds', { operation: event.operation }, event.durationMs / 1000, event.trace);
      return;
    }
    case 'webhook':
      families.count('webhook_deliveries_total', { queue, result: event.result });
      return;
    case 'record-written':
      families.count('decision_records_total', { sink: event.sink, result: event.result }, event.count);
      return;
    case 'handler-log':
    case 'notice':
      return;
  }
}

function recordAttempt(
  families: MetricFamilies,
  queue: string,
  event: Extract<FlyballEvent, { type: 'attempt-ended' }>,
): void {
  const { outcome, serviceMs, deadlineMs, trace } = event;
  const error = event.errorType ?? (outcome === 'succeeded' ? '' : 'other');
  families.count('attempts_total', { queue, outcome, error_type: error });
  families.observe('job_service_seconds', { queue, outcome }, serviceMs / 1000, trace);
  if (event.retried) families.count('job_retries_total', { queue, error_type: error || 'other' });
  // A failure says nothing about how long the work takes; a time-out says it took longer than this.
  const timed = outcome === 'succeeded' || outcome === 'timed-out';
  if (timed && deadlineMs !== undefined && deadlineMs > 0) {
    families.observe('job_deadline_ratio', { queue }, serviceMs / deadlineMs, trace);
  }
}

function recordHandler(
  families: MetricFamilies,
  queue: string,
  event: Extract<FlyballEvent, { type: 'handler-state' }>,
): void {
  const { kind, up, startMs, cause } = event;
  families.set('handler_up', { queue, kind }, up ? 1 : 0);
  if (up && startMs !== undefined) families.observe('handler_start_seconds', { queue, kind }, startMs / 1000);
  if (up)
    for (const each of handlerExitCauses) families.count('handler_restarts_total', { queue, kind, cause: each }, 0);
  if (!up && cause !== undefined) families.count('handler_restarts_total', { queue, kind, cause });
}
