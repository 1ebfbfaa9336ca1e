import { decisionId, type DecisionRecord, type TelemetryEvent } from '#libs/core';
import type { FlyballEvent } from './events.ts';
import { limitingFactor } from './limiting-factor.ts';
import { explain } from './explain/explain.ts';
import type { LeveledEvent } from './log-events.ts';
import { logFields } from './log-fields.ts';

/** A log line before its time and format: the event and its level belong together, the words of `msg` may change. */
export type LogLine = LeveledEvent & {
  readonly msg: string;
  readonly fields?: Readonly<Record<string, unknown>>;
};

/** The line an event deserves; none for what only metrics count. `period` and telemetry have functions of their own. */
export function logLine(event: Exclude<FlyballEvent, TelemetryEvent | { type: 'period' }>): LogLine | undefined {
  switch (event.type) {
    case 'strategy-error': {
      const { strategy, kind, message } = event;
      const who =
        event.shadow === true
          ? `the shadow ${strategy} failed (${kind})`
          : `${strategy} failed (${kind}); the limit is held`;
      const msg = `${who}: ${message}`;
      return { level: 'warn', event: 'strategy-failed', msg, fields: { strategy, kind, message } };
    }
    case 'attempt-started': {
      const { jobId, attempt, queueWaitMs } = event;
      const msg = `attempt ${attempt} of ${jobId} starts`;
      return { level: 'debug', event: 'attempt-started', msg, fields: { jobId, attempt, queueWaitMs } };
    }
    case 'attempt-ended': {
      // A cancelled attempt failed nobody; the end of its job is a line of its own.
      if (event.outcome === 'succeeded' || event.outcome === 'cancelled') return undefined;
      const { jobId, attempt, outcome, errorType, message, serviceMs, retried } = event;
      const fields = { jobId, attempt, outcome, errorType, message, serviceMs, retried };
      const next = retried ? ', will be tried again' : '';
      const msg = `attempt ${attempt} of ${jobId} ${outcome}${next}: ${message ?? errorType ?? 'no cause given'}`;
      return { level: 'warn', event: 'attempt-failed', msg, fields };
    }
    case 'job-finished': {
      const { jobId, status, totalMs } = event;
      const msg = `${jobId} ${status} after ${seconds(totalMs)}`;
      return { level: 'info', event: 'job-finished', msg, fields: { jobId, status, totalMs } };
    }
    case 'queue-operation': {
      if (event.operation !== 'take' || event.result !== 'ok') return undefined;
      return {
        level: 'debug',
        event: 'job-taken',
        msg: `took ${event.count === 1 ? '1 job' : `${event.count ?? 'some'} jobs`} from the queue`,
        fields: { count: event.count, durationMs: event.durationMs },
      };
    }
    case 'lease-lost': {
      const { jobId, cause } = event;
      return {
        level: 'warn',
        event: 'lease-lost',
        msg: `lost the lease of ${jobId}: ${cause}`,
        fields: { jobId, cause },
      };
    }
    case 'handler-state':
      return handlerLine(event);
    case 'handler-log': {
      const { level, message, jobId } = event;
      return { level, event: 'handler-log', msg: message, fields: { jobId } };
    }
    case 'out-of-memory': {
      const { scope, failure } = event;
      const msg = `out of memory, at the cost of the ${scope}: ${failure.message}`;
      return { level: 'warn', event: 'out-of-memory', msg, fields: { scope, message: failure.message } };
    }
    case 'http-request': {
      const { operation, status, durationMs } = event;
      const msg = `${operation} ${status}`;
      return { level: 'debug', event: 'http-request', msg, fields: { operation, status, durationMs } };
    }
    case 'webhook': {
      if (event.result === 'accepted') return undefined;
      const { jobId, result, detail } = event;
      const msg = `webhook of ${jobId} ${result}${detail === undefined ? '' : `: ${detail}`}`;
      return { level: 'warn', event: 'webhook-retry', msg, fields: { jobId, result, detail } };
    }
    case 'record-written': {
      if (event.result === 'written') return undefined;
      const { sink, result, count, detail } = event;
      const msg = `decision record ${result === 'dropped' ? 'dropped' : 'not written'}: ${detail ?? sink}`;
      return { level: 'error', event: 'record-dropped', msg, fields: { sink, result, count, detail } };
    }
    case 'notice':
      return noticeLine(event);
    case 'admission':
    case 'outbox':
      return undefined;
  }
}

/** What a period changed, or that it held. */
export function periodLine(record: DecisionRecord, modeBefore: string | undefined): LogLine {
  const { limit, reason, action, mode, strategy } = record;
  const decision = { decisionId: decisionId(record), strategy, reason, limitingFactor: limitingFactor(record) };
  if (modeBefore !== undefined && modeBefore !== mode) {
    const explanation = explain(record).short;
    const fields = { ...decision, from: modeBefore, to: mode, limit: limit.gate, explanation };
    return { level: 'info', event: 'mode-changed', msg: `mode ${modeBefore} → ${mode}`, fields };
  }
  if (action === 'hold') {
    const msg = `limit ${limit.gate} held: ${reason}`;
    return { level: 'debug', event: 'limit-held', msg, fields: { ...decision, limit: limit.gate } };
  }
  const msg = `limit ${limit.was} → ${limit.gate}: ${reason}`;
  const fields = { ...decision, action, from: limit.was, to: limit.gate, explanation: explain(record).short };
  return { level: 'info', event: 'limit-changed', msg, fields };
}

function handlerLine(event: Extract<FlyballEvent, { type: 'handler-state' }>): LogLine | undefined {
  const { kind, up, startMs, cause, detail } = event;
  if (!up) {
    if (cause === undefined) return undefined;
    const msg = `the ${kind} handler went down (${cause})${detail === undefined ? '' : `: ${detail}`}`;
    return { level: 'warn', event: 'handler-exited', msg, fields: { kind, cause, detail } };
  }
  const msg = `the ${kind} handler is ready${startMs === undefined ? '' : ` after ${seconds(startMs)}`}`;
  return { level: 'info', event: 'handler-started', msg, fields: { kind, startMs } };
}

/** A notice says itself what it is about, or is put into words from its fields. */
function noticeLine(notice: Extract<FlyballEvent, { type: 'notice' }>): LogLine {
  const { event, fields } = notice;
  const { message, ...rest } = fields;
  if (typeof message === 'string') return { ...notice, msg: message, fields: rest };
  const facts = Object.entries(logFields(fields)).map(([name, value]) => `${name}=${value}`);
  const msg = [event.replaceAll('-', ' '), ...facts].join(' ');
  return { ...notice, msg };
}

function seconds(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${Number((ms / 1000).toPrecision(3))} s`;
}
