import type { DecisionRecord } from '#libs/core';
import { jobs, short, span } from './units.ts';
import { readingPhrases } from './readings.ts';

type Observed = DecisionRecord['observation'];

/** Everything that was seen in the period, as far as it says something about the limit. */
export function sawWords(observation: Observed): string {
  const { inFlight, queue } = observation;
  return [
    deadlineWords(observation),
    endedWords(observation),
    `in flight ${inFlight.mean.toFixed(1)} mean, ${jobs(inFlight.max)} max`,
    queue === undefined || queue.waiting === 0 ? undefined : `oldest ${span(queue.oldest, 2)}`,
    ...readingPhrases(observation.readings),
  ]
    .filter((words) => words !== undefined)
    .join(' · ');
}

/** Service times against the deadlines of the jobs that ended: `p90 1.7 s, p95 1.84 s of 2 s, p90 0.85 of the deadline`. */
export function deadlineWords({ service, slack, samples }: Observed): string | undefined {
  if (service === undefined) return undefined;
  const share = slack === undefined ? '' : `, p90 ${short(slack.p90)} of the deadline`;
  return `p90 ${span(service.p90)}, p95 ${span(service.p95)}${allowed(samples)}${share}`;
}

function allowed(samples: Observed['samples']): string {
  const deadlines = samples.flatMap(([, , , deadline]) => deadline ?? []);
  if (deadlines.length === 0) return '';
  const [least, most] = [Math.min(...deadlines), Math.max(...deadlines)];
  return least === most ? ` of ${span(most)}` : ` of deadlines from ${span(least)} to ${span(most)}`;
}

function endedWords({ jobs: counts }: Observed): string | undefined {
  const words = [
    counted(counts.succeeded, 'succeeded'),
    counted(counts.late, 'late'),
    counted(counts.failed, 'failed'),
    counted(counts.timedOut, 'timed out'),
    counted(counts.throttled, 'refused'),
    counted(counts.outOfMemory, 'out of memory'),
    counted(counts.cancelled, 'cancelled'),
  ].flat();
  return words.length === 0 ? undefined : words.join(', ');
}

function counted(count: number, what: string): readonly string[] {
  return count > 0 ? [`${count} ${what}`] : [];
}
