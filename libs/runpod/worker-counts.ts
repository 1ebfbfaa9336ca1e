import type { WorkerReport } from '#libs/queue';
import type { WorkerCounts } from './health-body.ts';

type State = keyof WorkerCounts;

/** The workers of an endpoint for `/health`. One that drains and has no job left is on its way out: it is counted nowhere. */
export function workerCounts(workers: readonly Pick<WorkerReport, 'state' | 'inFlight'>[]): WorkerCounts {
  const states = workers.map(stateOf);
  const count = (state: State): number => states.filter((each) => each === state).length;
  return {
    idle: count('idle'),
    initializing: count('initializing'),
    running: count('running'),
    throttled: 0,
    unhealthy: count('unhealthy'),
  };
}

function stateOf({ state, inFlight }: Pick<WorkerReport, 'state' | 'inFlight'>): State | undefined {
  switch (state) {
    case 'initializing':
    case 'unhealthy':
      return state;
    case 'ready':
      return inFlight > 0 ? 'running' : 'idle';
    case 'draining':
      return inFlight > 0 ? 'running' : undefined;
  }
}
