/**
 * An error an operator can act on: a stable code, what was given, and the next step.
 * The message reads `[CODE] what is wrong. What to do.`
 */
export class FlyballError extends Error {
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(`[${code}] ${message}`, options);
    this.name = 'FlyballError';
    this.code = code;
  }
}
