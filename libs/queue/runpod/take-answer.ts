import { retryAfter, heldMs, type TakeEnd } from './take-pauses.ts';

export interface HttpAnswer {
  readonly status: number;
  readonly type: string;
  readonly retryAfter: unknown;
  readonly text: string;
}

export interface TakeAnswer {
  readonly end: TakeEnd;
  /** As they came: jobs, and what is none. */
  readonly items: readonly unknown[];
  /** Why a 200 brought nothing. */
  readonly problem?: string;
}

/**
 * What a take's answer says (H4, H5). 200 with an object or a list brings jobs; 204 and 400 say that there are none, as do a
 * 200 of another content type and an empty one.
 * @param parse JSON
 */
export function readTake(
  answer: HttpAnswer,
  {
    tookMs,
    wall,
    parse,
  }: { readonly tookMs: number; readonly wall: number; readonly parse: (text: string) => unknown },
): TakeAnswer {
  const none = { kind: 'none', held: tookMs >= heldMs } as const;
  const { status } = answer;
  if (status === 204 || status === 400) return { end: none, items: [] };
  if (status === 429) return { end: { kind: 'busy', retryAfterMs: retryAfter(answer.retryAfter, wall) }, items: [] };
  if (status === 401 || status === 403) return { end: { kind: 'refused' }, items: [] };
  if (status !== 200) return { end: { kind: 'failed' }, items: [] };
  if (answer.text.trim() === '') return { end: none, items: [] };
  if (!answer.type.includes('json')) return { end: none, items: [], problem: `a content type of "${answer.type}"` };
  const value = parsed(answer.text, parse);
  if (value === undefined) return { end: none, items: [], problem: 'a body that is no JSON' };
  const items: readonly unknown[] = Array.isArray(value) ? value : [value];
  return { end: items.length > 0 ? { kind: 'jobs' } : none, items };
}

/** The ids in the stop channel's answer (H12); other things in it are none. */
export function readStops(text: string): readonly string[] {
  const value = parsed(text, JSON.parse);
  if (typeof value !== 'object' || value === null || !('jobsToStop' in value)) return [];
  const { jobsToStop } = value;
  return Array.isArray(jobsToStop) ? jobsToStop.filter((id): id is string => typeof id === 'string') : [];
}

function parsed(text: string, parse: (text: string) => unknown): unknown {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}
