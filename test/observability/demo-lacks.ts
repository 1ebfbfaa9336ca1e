const noSource = 'no model server is behind it';
const noOutbox = 'its queue is on its own disk, and no result has to wait for it';
const noMig = 'its device is not cut up by MIG';

/** Reviewed: the queries of panels that `npm run demo` leaves empty, and why; docs/observe.md says so. One with data fails. */
export const lackedByDemo: Readonly<Record<string, string>> = {
  'flyball-fleet › Workers by kind #A': 'gateway and worker are one process, with a queue of its own',
  'flyball-gpu › Fields that are not here #A': 'its device tells all that the controller wants',
  'flyball-gpu › KV cache in use #A': noSource,
  'flyball-gpu › MIG devices #A': noMig,
  'flyball-gpu › Memory of GPU instances #A': noMig,
  'flyball-gpu › Memory of GPU instances #B': noMig,
  'flyball-gpu › Preemptions #A': noSource,
  'flyball-gpu › Requests inside the model server #A': noSource,
  'flyball-gpu › Tokens #A': noSource,
  'flyball-gpu › XID errors #A': 'its device has no faults',
  'flyball-overview › Oldest result on disk #A': noOutbox,
  'flyball-overview › Results waiting on disk #A': noOutbox,
  'flyball-overview › Limit, wanted and in flight #F': 'CONCURRENCY_SHADOW names no shadow',
  'flyball-strategy › Members of a composed strategy #A': 'its strategy is one alone',
  'flyball-strategy › Shadow strategies #A': 'CONCURRENCY_SHADOW names no shadow',
};
