import type { OpenTracing, StartTracingOptions } from './start-tracing.ts';
import { tracingWanted } from './tracing-wanted.ts';

/**
 * Spans by the standard `OTEL_*` variables; undefined, with nothing loaded, where none of them asks for traces.
 * @throws {FlyballError} BAD_TRACING
 */
export async function openTracing(options: StartTracingOptions): Promise<OpenTracing | undefined> {
  if (!tracingWanted(options.environment)) return undefined;
  const { startTracing } = await import('./start-tracing.ts');
  return startTracing(options);
}
