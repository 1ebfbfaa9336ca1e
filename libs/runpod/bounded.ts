/** A request that is wrong; the message is the client's text, with the next step. */
export class BadRequest extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'BadRequest';
  }
}

/** A value that was out of range, and what is used instead. */
export interface Clamp {
  readonly key: string;
  readonly given: number;
  readonly used: number;
}

export interface Range {
  readonly min: number;
  readonly max: number;
}

/**
 * A whole number within the range; what lies outside is clamped and noted, since RunPod's own examples are out of range.
 * @throws {BadRequest} when it is no number
 */
export function bounded(key: string, value: unknown, range: Range, clamps: Clamp[]): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) {
    throw new BadRequest(`"${key}" must be a number of milliseconds, got ${shown(value)}. Send it as a JSON number.`);
  }
  const used = Math.min(range.max, Math.max(range.min, Math.floor(value)));
  if (used !== value) clamps.push({ key, given: value, used });
  return used;
}

/**
 * The number in a query parameter, or `undefined` when it is absent or empty.
 * @throws {BadRequest} when it is no number
 */
export function queryNumber(key: string, value: unknown): number | undefined {
  if (value === undefined || value === '') return undefined;
  const number = typeof value === 'string' ? Number(value) : Number.NaN;
  if (Number.isFinite(number)) return number;
  throw new BadRequest(
    `?${key}= must be a number of milliseconds, got ${shown(value)}. Send ?${key}=60000 for a minute.`,
  );
}

/** A wrong value as a client may read it back, cut short. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
