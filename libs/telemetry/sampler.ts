import type { MissingReading, Reading, TelemetrySource } from '#libs/core';
import { SourceReader, type SourceChange } from './source-reader.ts';

export interface SamplerOptions {
  readonly sources: readonly TelemetrySource[];
  readonly intervalMs: number;
  readonly onSource?: ((change: SourceChange) => void) | undefined;
}

export interface TelemetryFacts {
  readonly readings: readonly Reading[];
  readonly missing: readonly MissingReading[];
}

/**
 * Telemetry on a clock of its own: reads every source each interval and keeps the last samples, so that whoever observes
 * never waits. A reading older than 3 intervals and a time-out is gone.
 */
export class Sampler {
  readonly #readers: readonly SourceReader[];
  readonly #timer: NodeJS.Timeout | undefined;
  readonly #staleMs: number;

  constructor({ sources, intervalMs, onSource }: SamplerOptions) {
    const timeoutMs = Math.max(2000, 2 * intervalMs);
    this.#staleMs = 3 * intervalMs + timeoutMs;
    const onChange = onSource ?? (() => undefined);
    this.#readers = sources.map((source) => new SourceReader({ source, timeoutMs, firstTimeoutMs: 15_000, onChange }));
    if (sources.length === 0) return;
    this.#beat();
    this.#timer = setInterval(() => this.#beat(), intervalMs);
    this.#timer.unref();
  }

  /** What is known at `now` (the sources' clock, monotonic ms), with ages. Costs microseconds: it reads nothing. */
  observe(now: number): TelemetryFacts {
    const readings: Reading[] = [];
    const missing: MissingReading[] = [];
    for (const reader of this.#readers) reader.observe(now, this.#staleMs, readings, missing);
    return { readings, missing };
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all(this.#readers.map((reader) => reader.close()));
  }

  #beat(): void {
    for (const reader of this.#readers) reader.beat();
  }
}
