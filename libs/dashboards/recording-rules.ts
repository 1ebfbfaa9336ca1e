import { metric } from './metric.ts';
import { autoscaling } from './objectives.ts';
import { recorded, windows, type Window } from './recorded.ts';

export interface RecordingRule {
  readonly record: string;
  readonly expression: string;
}

export interface RecordingGroup {
  readonly name: string;
  readonly rules: readonly RecordingRule[];
}

/** A queue: what an objective is about. Targets without namespace or release have neither here. */
export const byQueue = 'by (namespace, release, queue)';

/** In order: rules of a group may read those before them. */
export function recordingGroups(): readonly RecordingGroup[] {
  return [
    { name: 'flyball.objectives', rules: [...windows.flatMap(sharesOver), jobsAnHour(), deadlinesAnHour()] },
    { name: 'flyball.autoscaling', rules: autoscalingRules() },
  ];
}

/** Absent while no job ends: a share of nothing is not 0. */
function sharesOver(window: Window): readonly RecordingRule[] {
  const finished = metric('jobs_finished_total');
  const ratio = 'job_deadline_ratio';
  const kept = `sum ${byQueue} (rate(${metric(ratio, '_bucket')}{le=~"1(\\\\.0)?"}[${window}]))`;
  const timed = `sum ${byQueue} (rate(${metric(ratio, '_count')}[${window}])) > 0`;
  return [
    {
      record: recorded.badShare(window),
      expression:
        `sum ${byQueue} (rate(${finished}{status=~"failed|timed-out"}[${window}]))` +
        ` / (sum ${byQueue} (rate(${finished}{status!="cancelled"}[${window}])) > 0)`,
    },
    // Prometheus 3 stores le="1" as le="1.0".
    { record: recorded.slowShare(window), expression: `1 - ${kept} / (${timed})` },
  ];
}

function jobsAnHour(): RecordingRule {
  const finished = `${metric('jobs_finished_total')}{status!="cancelled"}`;
  return { record: recorded.jobsAnHour, expression: `sum ${byQueue} (increase(${finished}[1h]))` };
}

/** Attempts that have a deadline: a share of few of them says nothing, however many jobs have none. */
function deadlinesAnHour(): RecordingRule {
  const timed = metric('job_deadline_ratio', '_count');
  return { record: recorded.deadlinesAnHour, expression: `sum ${byQueue} (increase(${timed}[1h]))` };
}

/**
 * How many pods a queue asks for: demand over what a warm pod holds. Every worker reports the same queue, hence max. An
 * unknown queue makes all three absent, and a scaler that gets no answer holds: nothing here stands in for the queue.
 */
function autoscalingRules(): readonly RecordingRule[] {
  const { targetUtilization, capacityWindow, leastCapacityJobs, assumedCapacityJobs } = autoscaling;
  const waiting = `max ${byQueue} (sum by (namespace, release, queue, job, instance) (${metric('queue_jobs')}{state="waiting"}))`;
  const sameWorker = 'on (job, instance, queue)';
  const running = `sum ${byQueue} (${metric('inflight_jobs')} unless ${sameWorker} ${metric('worker_draining')} == 1)`;
  const warm = `and ${sameWorker} ${metric('worker_warm')} == 1`;
  const smoothed = `avg_over_time((${metric('concurrency_limit')} ${warm})[${capacityWindow}:15s])`;
  return [
    { record: recorded.demandJobs, expression: `${waiting} + (${running} or 0 * ${waiting})` },
    {
      record: recorded.capacityPerPodJobs,
      expression: `clamp_min(avg ${byQueue} (${smoothed} ${warm}), ${leastCapacityJobs}) or 0 * ${waiting} + ${assumedCapacityJobs}`,
    },
    {
      record: recorded.desiredReplicas,
      expression: `${recorded.demandJobs} / (${targetUtilization} * ${recorded.capacityPerPodJobs})`,
    },
  ];
}
