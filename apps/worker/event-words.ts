import type { Handler, HandlerState } from '#libs/handlers';
import type { FlyballEvent } from '#libs/observability';
import type { SourceChange } from '#libs/telemetry';

/** What a handler says about its process, as an event. */
export function handlerEvent(kind: Handler['kind'], state: HandlerState): FlyballEvent {
  if (state.state === 'log') {
    const { level, message, jobId } = state;
    return { type: 'handler-log', level, message, ...(jobId !== undefined && { jobId }) };
  }
  if (state.state === 'up') return { type: 'handler-state', kind, up: true, startMs: state.startMs };
  return { type: 'handler-state', kind, up: false, cause: state.cause, detail: state.detail };
}

/** A telemetry source that began to answer, or ceased to, as an event. */
export function telemetryEvent(change: SourceChange): FlyballEvent {
  const event = 'telemetry-source';
  const { source } = change;
  if (change.state === 'up') {
    return { type: 'notice', level: 'info', event, fields: { source, message: `telemetry comes from ${source}` } };
  }
  const message = `telemetry source ${source} does not answer: ${change.error}`;
  return { type: 'notice', level: 'warn', event, fields: { source, message } };
}
