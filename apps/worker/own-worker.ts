import { decisionId } from '#libs/core';
import { MemoryFleet, type Fleet, type WorkerReport } from '#libs/queue';
import type { Worker } from '#libs/runtime';

/** What this process's worker is at this moment. */
export function workerReport(id: string, version: string, worker: Worker | undefined): WorkerReport {
  const self = { id, kind: 'flyball', version } as const;
  if (worker === undefined) return { ...self, state: 'initializing', inFlight: 0 };
  const last = worker.lastDecision;
  return {
    ...self,
    state: worker.draining ? 'draining' : worker.ready ? 'ready' : 'unhealthy',
    inFlight: worker.inFlight,
    limit: Math.floor(worker.limit),
    ...(last !== undefined && { decision: decisionId(last) }),
  };
}

/** The fleet as this process sees it: its own worker says how it is when asked, all others are reported. */
export function fleetOf(own: () => WorkerReport, others: Fleet = new MemoryFleet()): Fleet {
  return {
    report: (worker, lastsMs) => others.report(worker, lastsMs),
    leave: (id) => others.leave(id),
    workers: async () => [own(), ...(await others.workers())],
  };
}
