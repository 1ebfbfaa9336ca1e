import type { Handler, HandlerState } from '#libs/handlers';
import type { FlyballEvent } from '#libs/observability';

/** What a handler says about its process, as an event. */
export function handlerEvent(kind: Handler['kind'], state: HandlerState): FlyballEvent {
  if (state.state === 'log') {
    const { level, message, jobId } = state;
    return { type: 'handler-log', level, message, ...(jobId !== undefined && { jobId }) };
  }
  if (state.state === 'up') return { type: 'handler-state', kind, up: true, startMs: state.startMs };
  return { type: 'handler-state', kind, up: false, cause: state.cause, detail: state.detail };
}
