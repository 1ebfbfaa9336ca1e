import { BadRequest, shown } from './bounded.ts';
import { objectOrEmpty } from './policy.ts';

/** What a job declares about itself under `flyball`; all optional. */
export interface Declared {
  /** Deadline on service time, ms. */
  readonly deadline?: number;
  /** In the user's own units. */
  readonly size?: number;
  /** In the user's own units. */
  readonly memory?: number;
  readonly class?: string;
}

const known = ['deadline', 'size', 'memory', 'class'];

/**
 * Reads `flyball`. It is ours alone, so a misspelt key is an error and not ignored.
 * @throws {BadRequest} naming the key
 */
export function parseDeclared(flyball: unknown): Declared {
  const given = objectOrEmpty('flyball', flyball);
  const unknown = Object.keys(given).find((key) => !known.includes(key));
  if (unknown !== undefined) {
    throw new BadRequest(`"flyball.${unknown}" is not known. Known: ${known.join(', ')}.`);
  }
  return {
    ...positive('deadline', given['deadline']),
    ...positive('size', given['size']),
    ...positive('memory', given['memory']),
    ...className(given['class']),
  };
}

function positive(key: 'deadline' | 'size' | 'memory', value: unknown): Declared {
  if (value === undefined || value === null) return {};
  if (typeof value === 'number' && Number.isFinite(value) && value > 0) return { [key]: value };
  throw new BadRequest(`"flyball.${key}" must be a number above 0, got ${shown(value)}. Correct it or leave it out.`);
}

const longestClass = 64;

function className(value: unknown): Declared {
  if (value === undefined || value === null || value === '') return {};
  if (typeof value === 'string' && value.length <= longestClass) return { class: value };
  throw new BadRequest(`"flyball.class" must be a text of at most ${longestClass} characters, got ${shown(value)}.`);
}
