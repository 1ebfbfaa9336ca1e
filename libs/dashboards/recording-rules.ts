import { everyQueue } from './autoscaling-facts.ts';
import { autoscalingRules } from './autoscaling-rules.ts';
import { metric } from './metric.ts';
import { byQueue, recorded, windows, type RecordingRule, type Window } from './recorded.ts';

export interface RecordingGroup {
  /** Of the rule file that it is alone in, without its ending. */
  readonly file: string;
  readonly name: string;
  readonly rules: readonly RecordingRule[];
}

/** In order: rules of a group may read those before them. */
export function recordingGroups(): readonly RecordingGroup[] {
  const objectives = [...windows.flatMap(sharesOver), jobsAnHour(), deadlinesAnHour()];
  return [
    { file: 'recording', name: 'flyball.objectives', rules: objectives },
    // Apart, since a release of the chart brings its own, and two would record one series twice.
    { file: 'autoscaling', name: 'flyball.autoscaling', rules: autoscalingRules(everyQueue) },
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
