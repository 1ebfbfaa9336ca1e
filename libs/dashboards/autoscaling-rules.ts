import type { AutoscalingFacts } from './autoscaling-facts.ts';
import { matchersOf, matching } from './matchers.ts';
import { metric } from './metric.ts';
import { byQueue, recorded, type RecordingRule } from './recorded.ts';

/**
 * How many pods a queue asks for: demand over what a warm pod holds. An unknown queue makes demand and replicas absent, and a
 * scaler that gets no answer holds: nothing here stands in for the queue.
 */
export function autoscalingRules(facts: AutoscalingFacts): readonly RecordingRule[] {
  const own = (name: string): string => matching(name, matchersOf(facts.labels));
  return [
    { record: recorded.demandJobs, expression: demand(facts) },
    { record: recorded.capacityPerPodJobs, expression: capacityPerPod(facts) },
    {
      record: recorded.desiredReplicas,
      expression: `${own(recorded.demandJobs)} / (${facts.targetUtilization} * ${own(recorded.capacityPerPodJobs)})`,
    },
  ];
}

/** The same number without the rules, for a scaler that asks Prometheus itself: one series a queue. */
export function desiredQuery(facts: AutoscalingFacts): string {
  return `(${demand(facts)}) / (${facts.targetUtilization} * (${capacityPerPod(facts)}))`;
}

const sameWorker = 'on (job, instance, queue)';

/** What waits, and what runs in pods that stay: what a draining one still runs asks for no pod. */
function demand({ selector }: AutoscalingFacts): string {
  const draining = `${matching(metric('worker_draining'), selector)} == 1`;
  const running = `sum ${byQueue} (${matching(metric('inflight_jobs'), selector)} unless ${sameWorker} ${draining})`;
  return `${waiting(selector)} + (${running} or 0 * ${waiting(selector)})`;
}

/** The mean of the warm pods, each over what it said while it was warm: limits of a start would ask for more pods. */
function capacityPerPod({
  selector,
  leastCapacityJobs,
  assumedCapacityJobs,
  capacityWindow,
}: AutoscalingFacts): string {
  const warm = `and ${sameWorker} ${matching(metric('worker_warm'), selector)} == 1`;
  const smoothed = `avg_over_time((${matching(metric('concurrency_limit'), selector)} ${warm})[${capacityWindow}:15s])`;
  const held = `clamp_min(avg ${byQueue} (${smoothed} ${warm}), ${leastCapacityJobs})`;
  return `${held} or 0 * ${waiting(selector)} + ${assumedCapacityJobs}`;
}

/** Every gateway and worker reports the same queue, hence max. */
function waiting(selector: string): string {
  const jobs = matching(metric('queue_jobs'), selector, 'state="waiting"');
  return `max ${byQueue} (sum by (namespace, release, queue, job, instance) (${jobs}))`;
}
