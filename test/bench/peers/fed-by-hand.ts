import type { EndedJob, Limiter, LoopView } from '#libs/simulation';

/** A job of a second that kept its deadline, alone. Builders for specs. */
export function job(facts: Partial<EndedJob> = {}): EndedJob {
  const t = facts.t ?? 1000;
  const service = facts.service ?? 1000;
  const start = t - service;
  return { t, start, service, late: false, lost: false, inFlightAtStart: 1, inFlight: 1, n: 1, ...facts };
}

/** An idle device that was sampled at `at`, with an endless queue before it. */
export function view(
  facts: Partial<LoopView> & { readonly at?: number; readonly busy?: number; readonly memory?: number } = {},
): LoopView {
  const { at = 0, busy = 0, memory = 0, ...given } = facts;
  return {
    inFlight: 1,
    queue: { waiting: 1000, oldest: 0 },
    device: { at, utilization: busy, memoryUsed: memory, inFlight: 1 },
    capacity: 1,
    telemetry: () => ({ readings: [], missing: [] }),
    closePeriod: () => ({ mean: 0, max: 0, last: 0, limited: 0 }),
    ...given,
  };
}

/** The limit after each of these jobs. */
export function limitsAfter(limiter: Limiter, jobs: readonly EndedJob[]): readonly number[] {
  return jobs.map((one) => {
    limiter.ended?.(one);
    return limiter.limit;
  });
}

/** `count` jobs that end `every` ms one after the other, from `from` on. */
export function jobs(
  count: number,
  { from = 0, every = 1000, ...facts }: Partial<EndedJob> & { readonly from?: number; readonly every?: number } = {},
): readonly EndedJob[] {
  return Array.from({ length: count }, (_, index) => job({ ...facts, t: from + (index + 1) * every }));
}
