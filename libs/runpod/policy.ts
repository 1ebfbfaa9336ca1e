import type { JobPolicy } from '#libs/core';
import { BadRequest, bounded, queryNumber, shown, type Clamp } from './bounded.ts';

const week = 7 * 24 * 3_600_000;
const executionTimeoutRange = { min: 5_000, max: week };
const ttlRange = { min: 10_000, max: week };

/**
 * A job's life from its submission as `?ttl=` asks for it, ms.
 * @throws {BadRequest} when it is no number
 */
export function parseTtl(query: unknown, clamps: Clamp[]): number | undefined {
  const ttl = queryNumber('ttl', query);
  return ttl === undefined ? undefined : bounded('ttl', ttl, ttlRange, clamps);
}

/**
 * `policy` of a request, in ms; what is absent or null takes RunPod's default. `?ttl=` beside it wins.
 * @throws {BadRequest} for a value of the wrong type
 */
export function parsePolicy(policy: unknown, queryTtl: unknown, clamps: Clamp[]): JobPolicy {
  const given = objectOrEmpty('policy', policy);
  return {
    executionTimeout: bounded(
      'policy.executionTimeout',
      given['executionTimeout'] ?? 600_000,
      executionTimeoutRange,
      clamps,
    ),
    ttl: parseTtl(queryTtl, clamps) ?? bounded('policy.ttl', given['ttl'] ?? 86_400_000, ttlRange, clamps),
    lowPriority: booleanOrFalse('policy.lowPriority', given['lowPriority']),
  };
}

/**
 * The object under a key; absent and null are an empty one.
 * @throws {BadRequest} when it is something else
 */
export function objectOrEmpty(key: string, value: unknown): Readonly<Record<string, unknown>> {
  if (value === undefined || value === null) return {};
  if (typeof value === 'object' && !Array.isArray(value)) return value as Readonly<Record<string, unknown>>;
  throw new BadRequest(`"${key}" must be an object, got ${shown(value)}. Send "${key}": {…} or leave it out.`);
}

function booleanOrFalse(key: string, value: unknown): boolean {
  if (value === undefined || value === null) return false;
  if (typeof value === 'boolean') return value;
  throw new BadRequest(`"${key}" must be true or false, got ${shown(value)}. Send it as a JSON boolean.`);
}
