/** An attempt that a worker over HTTP has, as far as this gateway knows. */
export interface ForeignAttempt {
  /** Since when its worker is expected to name it in pings, ms. */
  readonly knownSince: number;
  /** Pings in a row that did not name it. */
  missed: number;
  /** Ends the timer and the listening. */
  readonly release: () => void;
}
