import { sixDigits, type MissingReading, type Reading, type Sample, type TelemetrySource } from '#libs/core';

/** A source began to answer, or ceased to: said once, not at every read. */
export type SourceChange =
  | { readonly source: string; readonly state: 'up' }
  | { readonly source: string; readonly state: 'failing'; readonly error: string };

export interface SourceReaderOptions {
  readonly source: TelemetrySource;
  /** Longest a read may take, and longest the first one may: some sources start slowly. ms */
  readonly timeoutMs: number;
  readonly firstTimeoutMs: number;
  /** Called when the source begins to answer, and when it ceases to (with the cause). */
  readonly onChange: (change: SourceChange) => void;
}

/**
 * Reads one source, one read at a time, and keeps its last sample. A source that rejects, hangs or answers late costs
 * only its own readings; one that hangs for ever is not asked again, because a stuck read may hold a device.
 */
export class SourceReader {
  readonly #options: SourceReaderOptions;
  #last: Sample | undefined;
  #answering: boolean | undefined;
  #current: AbortController | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: SourceReaderOptions) {
    this.#options = options;
  }

  /** Starts a read, unless one is still under way: beats are skipped, never queued. */
  beat(): void {
    if (this.#current === undefined) void this.#read();
  }

  /** Adds what is known and fresh enough; `staleMs` is the age at which a reading is gone. */
  observe(now: number, staleMs: number, readings: Reading[], missing: MissingReading[]): void {
    const sample = this.#last;
    if (sample === undefined) return;
    const age = Math.max(0, sixDigits(now - sample.takenAt));
    for (const reading of sample.readings) {
      if (age <= staleMs) readings.push({ ...reading, source: sample.source, age });
      else missing.push({ name: reading.name, ...(reading.gpu !== undefined && { gpu: reading.gpu }), why: 'stale' });
    }
    for (const absent of sample.missing) missing.push(absent);
  }

  async close(): Promise<void> {
    this.#current?.abort();
    clearTimeout(this.#timer);
    // A source that hangs must not keep the process from ending.
    await this.#options.source.close().catch(() => undefined);
  }

  async #read(): Promise<void> {
    const { source, timeoutMs, firstTimeoutMs } = this.#options;
    const current = new AbortController();
    this.#current = current;
    this.#timer = setTimeout(
      () => {
        current.abort();
        this.#changed('the read timed out');
      },
      this.#last === undefined ? firstTimeoutMs : timeoutMs,
    );
    this.#timer.unref();
    try {
      const sample = await source.read(current.signal);
      if (!current.signal.aborted) {
        this.#last = sample;
        this.#changed(undefined);
      }
    } catch (error) {
      if (!current.signal.aborted) this.#changed(String(error));
    } finally {
      clearTimeout(this.#timer);
      this.#current = undefined;
    }
  }

  #changed(failure: string | undefined): void {
    const answering = failure === undefined;
    if (answering === this.#answering) return;
    this.#answering = answering;
    const source = this.#options.source.name;
    this.#options.onChange(answering ? { source, state: 'up' } : { source, state: 'failing', error: failure });
  }
}
