import type { Job, JobPolicy } from '#libs/core';

/** RunPod's longest; the platform ends a job that was sent without one by its own (H12). */
const longestMs = 7 * 24 * 3_600_000;
const ttlMs = 24 * 3_600_000;

/** Named by the protocol: read here, never part of `extra`. */
const jobKeys = new Set(['id', 'input', 'policy', 'flyball', 'attempt', 'enqueuedAt', 'traceparent', 'tracestate']);

export interface Arrival {
  /** Wall clock at which it came, ms since 1970: its age where the platform tells none. */
  readonly at: number;
  /** Attempts before this one that this worker knows of. */
  readonly attemptsBefore: (id: string) => number;
}

/** Only a gateway of ours counts attempts and says so: it can be told how one ended, and hands the job out again itself. */
export function isCounted(value: unknown): boolean {
  const { attempt, enqueuedAt } = objectOr(value);
  return positive(attempt) !== undefined && positive(enqueuedAt) !== undefined;
}

/**
 * One job of a take's answer (H5): without `input` it has `{}`; without an id that is a text it is none. What the platform
 * says beside them goes to the handler as it is.
 */
export function readJob(value: unknown, { at, attemptsBefore }: Arrival): Job | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const wire = value as Readonly<Record<string, unknown>>;
  const { id, input, policy, flyball, attempt, enqueuedAt, traceparent, tracestate } = wire;
  if (typeof id !== 'string' || id === '') return undefined;
  return {
    id,
    input: input === undefined ? {} : input,
    extra: Object.fromEntries(Object.entries(wire).filter(([key]) => !jobKeys.has(key))),
    policy: readPolicy(objectOr(policy)),
    ...declared(objectOr(flyball)),
    ...(typeof traceparent === 'string' && { traceparent }),
    ...(typeof traceparent === 'string' && typeof tracestate === 'string' && { tracestate }),
    ...previousTraceOf(objectOr(flyball)),
    enqueuedAt: positive(enqueuedAt) ?? at,
    attempt: Math.max(1, Math.floor(positive(attempt) ?? attemptsBefore(id) + 1)),
  };
}

function readPolicy({ executionTimeout, ttl, lowPriority }: Readonly<Record<string, unknown>>): JobPolicy {
  return {
    executionTimeout: Math.min(longestMs, positive(executionTimeout) ?? longestMs),
    ttl: positive(ttl) ?? ttlMs,
    lowPriority: lowPriority === true,
  };
}

function declared(flyball: Readonly<Record<string, unknown>>): Pick<Job, 'deadline' | 'size' | 'memory' | 'class'> {
  const numbers = (['deadline', 'size', 'memory'] as const).flatMap((key) => {
    const value = positive(flyball[key]);
    return value === undefined ? [] : [[key, value]];
  });
  const { class: name } = flyball;
  return { ...Object.fromEntries(numbers), ...(typeof name === 'string' && name !== '' && { class: name }) };
}

function previousTraceOf({ previousTraceparent }: Readonly<Record<string, unknown>>): Pick<Job, 'previousTraceparent'> {
  return typeof previousTraceparent === 'string' ? { previousTraceparent } : {};
}

function objectOr(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

function positive(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : undefined;
}
