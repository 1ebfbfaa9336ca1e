import { ofQueue, target } from './alert-series.ts';
import type { ReleaseFacts } from './autoscaling-facts.ts';
import { matchersOf } from './matchers.ts';

/** The release that the cases of the alerts are about; no number of it is a default. */
export const exampleRelease: ReleaseFacts = {
  selector: matchersOf(ofQueue),
  labels: { namespace: target.namespace, release: target.release },
  leastCapacityJobs: 2,
  assumedCapacityJobs: 5,
  capacityWindow: '4m',
  targetUtilization: 0.5,
  worker: 'ocr-flyball-worker',
  maxReplicas: 4,
};
