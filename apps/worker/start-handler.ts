import type { Settings } from '#libs/config';
import { createHandler, type Handler, type HandlerFacts } from '#libs/handlers';
import type { Emit } from '#libs/observability';
import type { WorkerOptions } from './worker-options.ts';

export function handlerOf(
  settings: Settings,
  { handler, args = [] }: Pick<WorkerOptions, 'handler' | 'args'>,
  self: { readonly worker: string; readonly onState: Parameters<typeof createHandler>[2] },
): Handler {
  if (isForeign(handler)) return handler;
  const { handlerIsolation: isolation, endpointId } = settings;
  return createHandler(handler, { workerId: self.worker, endpointId, isolation, args }, self.onState);
}

/** None of Flyball's own, which say themselves when they are up. */
function isForeign(handler: WorkerOptions['handler']): handler is Handler {
  return typeof handler !== 'string' && 'run' in handler;
}

/** Nothing is wrong yet; but whoever waits wants to know for what. */
const longStartMs = 10_000;

/** @param given what the handler was made of */
export async function startHandler(
  handler: Handler,
  emit: Emit,
  { handler: given, signal = new AbortController().signal }: Pick<WorkerOptions, 'handler' | 'signal'>,
): Promise<HandlerFacts> {
  const began = performance.now();
  const message = `the handler has been starting for ${longStartMs / 1000} s; jobs are queued meanwhile`;
  const notice = { type: 'notice', level: 'warn', event: 'handler-starting', fields: { message } } as const;
  const timer = setTimeout(() => emit(notice), longStartMs);
  try {
    const facts = await handler.start(signal);
    if (isForeign(given)) {
      emit({ type: 'handler-state', kind: handler.kind, up: true, startMs: performance.now() - began });
    }
    return facts;
  } finally {
    clearTimeout(timer);
  }
}
