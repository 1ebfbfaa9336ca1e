import type { ScenarioResult, Section } from '../report/results.ts';
import { checkSection, type Check } from './check.ts';

interface Recorded {
  readonly n: number;
  /** On-time jobs/s. */
  readonly rate: number;
  /** What the best fixed limit of each phase has over the best of all. */
  readonly phases?: number;
}

/** The design's own: recorded traces, five runs. */
const recorded: Readonly<Record<string, Recorded>> = {
  S1: { n: 28, rate: 13.79 },
  S2: { n: 2, rate: 0.108 },
  S3: { n: 21, rate: 4.24 },
  S4: { n: 28, rate: 9.19, phases: 1.144 },
  S5: { n: 36, rate: 14.59, phases: 1.119 },
  S6: { n: 28, rate: 2.8 },
  S7: { n: 60, rate: 4.95 },
  S8: { n: 21, rate: 10.91 },
};
const tolerance = 0.03;
const needTraces: Readonly<Record<string, 'conv' | 'code'>> = { S3: 'conv', S6: 'code', S7: 'conv' };

/**
 * Best fixed limits beside the design's. Numbers alone are not compared: where throughput is flat, several limits are best.
 */
export function staticValues(
  scenarios: readonly (ScenarioResult & { readonly phasesRatio?: number | undefined })[],
  traces: Readonly<Record<'conv' | 'code', boolean>>,
): Section {
  const checks = scenarios.flatMap(({ name, best, phasesRatio }): readonly Check[] => {
    const known = recorded[name];
    if (known === undefined) return [];
    const needs = needTraces[name];
    const isSame = needs === undefined || traces[needs];
    const near = (found: number, expected: number): boolean => Math.abs(found / expected - 1) <= tolerance;
    const value: Check = {
      what: name,
      expected: `${known.n}, ${known.rate}`,
      found: `${best.n}, ${best.rate.toPrecision(4)}`,
      holds: isSame ? near(best.rate, known.rate) : undefined,
    };
    if (known.phases === undefined || phasesRatio === undefined) return [value];
    const phases: Check = {
      what: `${name}, best of each phase`,
      expected: `×${known.phases}`,
      found: `×${phasesRatio.toFixed(3)}`,
      holds: near(phasesRatio, known.phases),
    };
    return [value, phases];
  });
  const notes = [
    'Expected: seen with recorded traces; rates are to agree within 3 %.',
    ...(traces.conv && traces.code
      ? []
      : ['–: the generators stand in for a trace here; the values found are their own.']),
  ];
  return checkSection('Best fixed limits: jobs at once, on time a second', checks, { notes, wrong: 'differs' });
}
