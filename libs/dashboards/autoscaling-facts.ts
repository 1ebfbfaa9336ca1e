import { autoscaling } from './objectives.ts';

/** A number as PromQL has it, or the token that stands for one. */
type Amount = number | string;

/** What the autoscaling rules have to know of those they are about. */
export interface AutoscalingFacts {
  /** Matchers of the series that count, without braces: `namespace="prod",queue="ocr"`; '' is all of them. */
  readonly selector: string;
  /** Labels that the rules put on what they record, and by which they find it again. */
  readonly labels: Readonly<Record<string, string>>;
  /** Jobs that a pod holds at least: its CONCURRENCY_MIN. */
  readonly leastCapacityJobs: Amount;
  /** Jobs that a pod is taken to hold while none is warm. */
  readonly assumedCapacityJobs: Amount;
  /** `5m`: the limit is smoothed over it. */
  readonly capacityWindow: string;
  /** Share of the limit to fill, 0..1. */
  readonly targetUtilization: Amount;
}

/** Of every queue that a Prometheus hears of. */
export const everyQueue: AutoscalingFacts = { selector: '', labels: {}, ...autoscaling };

/** What the rules of one release of the chart have to know. */
export interface ReleaseFacts extends AutoscalingFacts {
  readonly labels: Readonly<Record<'namespace' | 'release', string>>;
  /** Name of the Deployment whose pods are the workers. */
  readonly worker: string;
  /** The most workers that the autoscaler may ask for. */
  readonly maxReplicas: Amount;
}

/** What stands in the chart's files for the facts of a release; its templates replace each as text. */
export const releaseTokens: ReleaseFacts = {
  selector: '__SELECTOR__',
  labels: { namespace: '__NAMESPACE__', release: '__RELEASE__' },
  leastCapacityJobs: '__MIN__',
  assumedCapacityJobs: '__ASSUMED__',
  capacityWindow: '__WINDOW__',
  targetUtilization: '__UTILIZATION__',
  worker: '__WORKER__',
  maxReplicas: '__MAX__',
};
