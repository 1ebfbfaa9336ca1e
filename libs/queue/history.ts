/** One attempt that did not succeed. Times in wall-clock ms. */
export interface PastAttempt {
  readonly attempt: number;
  readonly worker: string | null;
  readonly startedAt: number | null;
  readonly endedAt: number;
  readonly outcome: 'failed' | 'overloaded' | 'timed-out' | 'cancelled' | 'lost';
  readonly errorType?: string;
  readonly error?: string;
  /** Its own trace context, where it told one. */
  readonly traceparent?: string;
}

const kept = 20;

/** The job's history with one more attempt, as stored; only the newest are kept, for retries by hand are not bounded. */
export function withAttempt(history: string | null, attempt: PastAttempt): string {
  return JSON.stringify([...pastAttempts(history), attempt].slice(-kept));
}

export function pastAttempts(history: string | null): readonly PastAttempt[] {
  return history === null ? [] : (JSON.parse(history) as readonly PastAttempt[]);
}
