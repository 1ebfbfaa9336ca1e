import { watchedScenarios, type Scenario } from '#libs/simulation';
import type { ActFigures } from './act-figures.ts';

/** One part of the story: what is offered, what to look for, and what to say afterwards. */
export interface Act {
  readonly title: string;
  readonly scenario: Scenario;
  readonly seconds: number;
  readonly look: string;
  /** Jobs offered per second, `share` (0..1) of the act having passed. */
  readonly offered: (share: number) => number;
  readonly happened: (figures: ActFigures) => string;
  readonly order?: ActOrder;
}

/** A limit that a person sets, `after` seconds of the act, for so many `seconds`. */
export interface ActOrder {
  readonly after: number;
  readonly limit: number;
  readonly seconds: number;
}

const { knee } = watchedScenarios;
/** Of jobs that nobody is in a hurry for: nothing but the device itself speaks against more at once. */
const farDeadlineMs = 3000;

export const acts: readonly Act[] = [
  {
    title: 'ramp',
    scenario: watchedScenarios.ramp,
    seconds: 28,
    look:
      'Demand grows from 2 to 28 jobs a second. Watch the limit start at 1 and follow what is used: ' +
      'it doubles while jobs wait, and stays where it is while there is room.',
    offered: (share) => 2 + 26 * share,
    happened: ({ gate, finished, late, rate }) =>
      `The limit went from ${gate.first} to ${gate.last}. ${finished} jobs were done, ${late} of them late; ` +
      `at the end ${rate.toFixed(0)} a second.`,
  },
  {
    title: 'knee',
    scenario: watchedScenarios.knee,
    seconds: 32,
    look:
      'More is offered than the device can do. From here on one job more at a time only makes all of them slower: ' +
      'watch the limit stop where p95 meets the deadline.',
    offered: () => 40,
    happened: ({ settled, rate, p95, deadline, lateShare, memoryShare }) =>
      `It settled between ${settled.least} and ${settled.most} at a time: ${rate.toFixed(0)} jobs a second, ` +
      `p95 ${seconds(p95)} of ${seconds(deadline)}, ${percent(lateShare)} late. ` +
      `Memory was ${percent(memoryShare)} full: deadlines were the bound.`,
  },
  {
    title: 'by hand, and the bound',
    scenario: { ...knee, jobs: (random, at) => ({ ...knee.jobs(random, at), deadline: farDeadlineMs }) },
    seconds: 24,
    order: { after: 2, limit: 8, seconds: 7 },
    look:
      'Jobs may now take 3 s. Somebody sets the limit to 8 for seven seconds, as flyball override does. Then the strategy ' +
      'has the say again and begins anew: watch it ask for more than CONCURRENCY_MAX lets it have.',
    offered: () => 40,
    happened: ({ orderedPeriods, atMaxPeriods, gate, rate, lateShare }) =>
      `A person had the say for ${orderedPeriods} of the seconds, and CONCURRENCY_MAX for ${atMaxPeriods}; the limit ended at ` +
      `${gate.last}: ${rate.toFixed(0)} jobs a second, ${percent(lateShare)} late.`,
  },
  {
    title: 'memory cliff',
    scenario: watchedScenarios['memory-cliff'],
    seconds: 30,
    look:
      'From one moment to the next each job takes a tenth of the memory, and nobody says so. Watch memory run out, the ' +
      'limit being cut by 30 % at once, and then the memory guard: it has learnt what a job takes, and holds the others back.',
    offered: () => 30,
    happened: ({ outOfMemoryPeriods, outOfMemory, guardedPeriods, failed, finished, used }) =>
      `Memory ran out in ${outOfMemoryPeriods} of the seconds; ${outOfMemory} attempts were lost and tried again, ` +
      `${finished} jobs were done, ${failed} failed for good. The memory guard held jobs back in ${guardedPeriods} of the ` +
      `seconds; at the end ${used.toFixed(1)} ran at a time.`,
  },
];

function seconds(ms: number | undefined): string {
  return ms === undefined ? '?' : `${(ms / 1000).toFixed(2)} s`;
}

function percent(share: number | undefined): string {
  return share === undefined ? '?' : `${(100 * share).toFixed(0)} %`;
}
