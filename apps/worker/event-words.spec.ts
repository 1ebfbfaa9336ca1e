import { expect, it } from 'vitest';
import type { HandlerState } from '#libs/handlers';
import type { FlyballEvent } from '#libs/observability';
import { handlerEvent } from './event-words.ts';

it.each<[HandlerState, FlyballEvent]>([
  [
    { state: 'up', startMs: 800 },
    { type: 'handler-state', kind: 'python', up: true, startMs: 800 },
  ],
  [
    { state: 'down', cause: 'exit', detail: 'status 1' },
    { type: 'handler-state', kind: 'python', up: false, cause: 'exit', detail: 'status 1' },
  ],
  [
    { state: 'log', level: 'warn', message: 'slow' },
    { type: 'handler-log', level: 'warn', message: 'slow' },
  ],
  [
    { state: 'log', level: 'info', message: 'hello', jobId: 'a' },
    { type: 'handler-log', level: 'info', message: 'hello', jobId: 'a' },
  ],
])('%o of a python handler is %o', (state, event) => {
  expect(handlerEvent('python', state)).toEqual(event);
});
