import type { Worker } from '#libs/runtime';
import type { WorkerCounts } from '#libs/runpod';

/** One worker for `/health`: initialising, running when it has a job, else idle. */
export function workerCounts(worker: Worker | undefined): WorkerCounts {
  const none = { idle: 0, initializing: 0, running: 0, throttled: 0, unhealthy: 0 };
  if (worker === undefined) return { ...none, initializing: 1 };
  if (worker.inFlight > 0) return { ...none, running: 1 };
  return worker.ready ? { ...none, idle: 1 } : { ...none, unhealthy: 1 };
}
