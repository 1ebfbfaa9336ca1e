import { of } from './alert-series.ts';
import { autoscalingCases } from './autoscaling-cases.ts';
import { everyQueue } from './autoscaling-facts.ts';
import { recorded } from './recorded.ts';
import { recordingTest, type RecordingCase } from './recording-case.ts';
import type { RuleTest } from './rules-tests.ts';

/** What alerts cannot show: which jobs count, and how many pods a queue asks for. */
export function recordingTests(): readonly RuleTest[] {
  return [...objectiveCases, ...autoscalingCases(everyQueue)].map(recordingTest);
}

const finished = (status: string): string => of('jobs_finished_total', { queue: 'local', status });
const objectiveCases: readonly RecordingCase[] = [
  {
    about: 'a cancelled job is neither good nor bad',
    series: { [finished('succeeded')]: '0+6x30', [finished('failed')]: '0+2x30', [finished('cancelled')]: '0+8x30' },
    gives: { [recorded.badShare('5m')]: 0.25 },
  },
  {
    about: 'a share of no jobs is not known',
    series: { [finished('succeeded')]: '5x30', [finished('failed')]: '0x30' },
    gives: { [recorded.badShare('5m')]: undefined },
  },
];
