/**
 * What one check found. `FAILED`: is there and does not work as it should, or keeps a worker from starting. `-`: is not
 * there, or does not work, and is not needed.
 */
export interface Finding {
  readonly mark: 'ok' | '-' | 'FAILED';
  readonly what: string;
  /** Lines. */
  readonly found: string;
}
