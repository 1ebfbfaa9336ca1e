import type { CollectionFailure, Sample, SourceKind, TelemetrySource } from '#libs/core';
import { CollectionError } from './sources/collection-error.ts';

/** What one collection brought; `durationMs` is the reader's. */
export type Collected =
  | { readonly durationMs: number; readonly sample: Sample }
  | { readonly durationMs: number; readonly failure: CollectionFailure };

/** Something that can be asked for a sample: a source in the probe process, or one in our own. */
export interface Collector {
  readonly kind: SourceKind;
  /** Never rejects; undefined when it was not asked, or cut off for what another one did. */
  collect(): Promise<Collected | undefined>;
}

/** Reads a source and says how that went; never rejects. */
export async function collectFrom(source: TelemetrySource, signal: AbortSignal): Promise<Collected> {
  const start = performance.now();
  const durationMs = (): number => performance.now() - start;
  try {
    const sample = await source.read(signal);
    return { durationMs: durationMs(), sample };
  } catch (error) {
    return { durationMs: durationMs(), failure: failureOf(error) };
  }
}

function failureOf(error: unknown): CollectionFailure {
  if (error instanceof CollectionError) return error.failure;
  return { result: 'error', message: error instanceof Error ? error.message : String(error) };
}
