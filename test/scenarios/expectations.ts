import { factsOf, traceOf } from '#libs/simulation';
import { runScenario, type ScenarioRun } from './run-scenario.ts';
import type { Expectations, ScenarioFile } from './schema.ts';

/** One thing that a file expects, and what the run of one seed did. */
export interface Finding {
  readonly what: string;
  readonly expected: string;
  readonly observed: string;
  readonly met: boolean;
}

/** Runs the file with one seed, and with what it is compared with. */
export function findingsOf(file: ScenarioFile, seed: number): readonly Finding[] {
  const run = runScenario(file, seed);
  const other = file.other && runScenario(file.other, seed);
  const numbers = numbersOf(file, run, other);
  const ranges = Object.entries(numbers).flatMap(([what, value]) => {
    const range = file.expect[what as keyof typeof numbers];
    return range === undefined ? [] : [within(what, value(), range)];
  });
  const reasons = new Set(run.periods.map(({ verdict }) => verdict.reason));
  const states = new Set(run.periods.map(({ guard }) => guard?.state));
  const { gates = [], says = [], neverSays = [], guardStates = [], model } = file.expect;
  return [
    ...ranges,
    ...gates.map((expected) => gatesWithin(run, expected)),
    ...says.map((reason) => claim('says', reason, reasons.has(reason))),
    ...neverSays.map((reason) => claim('never says', reason, !reasons.has(reason))),
    ...guardStates.map((state) => claim('guard is once', state, states.has(state))),
    ...(model === undefined ? [] : [claim('out of memory is', model, run.periods.at(-1)?.guard?.model === model)]),
  ];
}

type NumberName = {
  [Name in keyof Expectations]-?: NonNullable<Expectations[Name]> extends readonly [number, number] ? Name : never;
}[keyof Expectations];

/** Each looked at only where it is expected. */
function numbersOf(
  { best }: ScenarioFile,
  { tally, duration, periods }: ScenarioRun,
  other: ScenarioRun | undefined,
): Readonly<Record<NumberName, () => number>> {
  const facts = factsOf(tally, duration);
  const bestRate = (best?.rate ?? NaN) / 1000;
  const last = periods.at(-1);
  return {
    ratio: () => facts.onTime / (bestRate * duration),
    gain: () => facts.onTime / (other?.tally.onTime ?? NaN),
    apart: () => Math.max(...periods.map(({ verdict }, index) => Math.abs(verdict.limit.gate - gateAt(other, index)))),
    onTimeShare: () => facts.onTime / (facts.onTime + facts.late + facts.lost + facts.dropped),
    outOfMemory: () => facts.outOfMemory,
    lost: () => facts.lost,
    dropped: () => facts.dropped,
    maxGate: () => facts.maxGate,
    finalLimit: () => last?.verdict.limit.gate ?? NaN,
    settleS: () => traceOf(tally.onTimeAt, duration, bestRate).settle,
    churn: () => facts.churn,
    refused: () => periods.reduce((sum, { guard }) => sum + (guard?.refused ?? 0), 0),
    shadowLimit: () => last?.verdict.shadows?.[0]?.limit ?? NaN,
  };
}

function gateAt(run: ScenarioRun | undefined, index: number): number {
  return run?.periods[index]?.verdict.limit.gate ?? NaN;
}

/** A number that is not known lies in no range. */
function within(what: string, value: number, [from, to]: readonly [number, number]): Finding {
  return { what, expected: `${from}..${to}`, observed: value.toFixed(3), met: value >= from && value <= to };
}

function gatesWithin(
  { periods }: ScenarioRun,
  [from, until, least, most]: readonly [number, number, number, number],
): Finding {
  const gates = periods
    .filter(({ t }) => t >= 1000 * from && t <= 1000 * until)
    .map(({ verdict }) => verdict.limit.gate);
  const [lowest, highest] = [Math.min(...gates), Math.max(...gates)];
  return {
    what: `gate in ${from}..${until} s`,
    expected: `${least}..${most}`,
    observed: `${lowest}..${highest}`,
    // No period in that time: nothing was seen to be right.
    met: gates.length > 0 && lowest >= least && highest <= most,
  };
}

function claim(what: string, word: string, met: boolean): Finding {
  return { what: `${what} ${word}`, expected: 'yes', observed: met ? 'yes' : 'no', met };
}
