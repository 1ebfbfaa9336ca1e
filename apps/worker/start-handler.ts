import type { Settings } from '#libs/config';
import { createHandler, type Handler, type HandlerFacts } from '#libs/handlers';
import type { Emit } from '#libs/observability';
import type { WorkerOptions } from './worker-options.ts';

export function handlerOf(
  settings: Settings,
  { handler, args = [] }: Pick<WorkerOptions, 'handler' | 'args'>,
  self: { readonly worker: string; readonly onState: Parameters<typeof createHandler>[2] },
): Handler {
  if (typeof handler !== 'string' && 'run' in handler) return handler;
  const { handlerIsolation: isolation, endpointId } = settings;
  return createHandler(handler, { workerId: self.worker, endpointId, isolation, args }, self.onState);
}

/** Nothing is wrong yet; but whoever waits wants to know for what. */
const longStartMs = 10_000;

export async function startHandler(
  handler: Handler,
  emit: Emit,
  signal: AbortSignal = new AbortController().signal,
): Promise<HandlerFacts> {
  const message = `the handler has been starting for ${longStartMs / 1000} s; jobs are queued meanwhile`;
  const notice = { type: 'notice', level: 'warn', event: 'handler-starting', fields: { message } } as const;
  const timer = setTimeout(() => emit(notice), longStartMs);
  try {
    return await handler.start(signal);
  } finally {
    clearTimeout(timer);
  }
}
