/** Names of the recorded series, written once: rules make them, alerts and panels read them. Labels: namespace, release, queue. */
export const windows = ['5m', '30m', '1h', '6h', '3d'] as const;
export type Window = (typeof windows)[number];

export interface RecordingRule {
  readonly record: string;
  readonly expression: string;
}

/**
 * A queue: what an objective is about. Targets without namespace or release have neither here; those that differ in them are
 * different queues, and a release whose selector finds two of one name gets an error instead of their sum.
 */
export const byQueue = 'by (namespace, release, queue)';

export const recorded = {
  badShare: (window: Window) => `queue:flyball_jobs_bad:ratio_rate${window}`,
  slowShare: (window: Window) => `queue:flyball_jobs_slow:ratio_rate${window}`,
  jobsAnHour: 'queue:flyball_jobs:increase1h',
  deadlinesAnHour: 'queue:flyball_deadlines:increase1h',
  demandJobs: 'flyball:demand_jobs',
  capacityPerPodJobs: 'flyball:capacity_per_pod_jobs',
  desiredReplicas: 'flyball:desired_replicas',
} as const;
