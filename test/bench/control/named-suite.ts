import type { BenchResults, Curve, SubjectResult } from '../report/results.ts';
import { ranked } from '../report/ranked.ts';
import type { BenchRequest } from './arguments.ts';
import { chosen } from './chosen.ts';
import { drainSection } from './drain-section.ts';
import { peerValues } from './peer-values.ts';
import { scenarioResults, subjectResults } from './results-of.ts';
import { namedIds, variantIds } from './scenario-of.ts';
import { staticValues } from './static-values.ts';
import type { Subject } from './subject.ts';
import { namedSummary } from './subject-summary.ts';
import { defaultStrategy, deviceSubjects, drainedSubjects, namedSubjects, unguardedSubjects } from './subjects.ts';
import { runSuite, type Bench, type SuiteOptions, type SuiteResults } from './suite.ts';
import { guardTargets, namedTargets } from './targets.ts';

/** What every report says of how it was made. */
export type About = Pick<BenchResults, 'commit' | 'plant' | 'revisions' | 'command'>;

/** Fixed for good: results are compared over time. */
export function namedSeeds(runs: number): readonly number[] {
  return Array.from({ length: runs }, (_, index) => 101 + index);
}

export interface NamedResults {
  readonly named: BenchResults;
  readonly variants: BenchResults;
}

export async function runNamed(bench: Bench, request: BenchRequest, about: About): Promise<NamedResults> {
  const subjects = chosen(namedSubjects, request.only);
  const names = subjects.map(({ name }) => name);
  const ours = subjects.filter(({ kind }) => kind === 'ours').map(({ name }) => name);
  const drained = drainedSubjects
    .map(({ name }) => name)
    .filter((name) => names.includes(name.replace(' + drain', '')));
  const seeds = namedSeeds(request.runs);
  const common = { seeds, hints: request.hints };
  // The variants first: what matters most is told last.
  const variants = await runSuite(bench, {
    ...common,
    scenarios: ours.length > 0 ? variantIds : [],
    subjects: (scenario) => variantSubjects(scenario, ours),
    curves: true,
  });
  const suite: SuiteOptions = {
    ...common,
    scenarios: namedIds,
    subjects: () => [...names, ...drained],
    curves: true,
  };
  const named = await runSuite(bench, suite);
  const { conv, code } = bench.traces;
  const base = {
    ...about,
    ...common,
    runs: seeds.length,
    traces: (conv ?? code) ? 'recorded' : 'generators',
    outOfMemory: 'fatal',
    price: 0,
  } as const;
  return {
    named: namedResults(bench, named, { ...base, drained }),
    variants: variantResults(bench, variants, base),
  };
}

type Base = Omit<BenchResults, 'suite' | 'subjects' | 'scenarios'>;

function namedResults(
  bench: Bench,
  results: SuiteResults,
  { drained, ...base }: Base & { readonly drained: readonly string[] },
): BenchResults {
  const all = subjectResults(results, namedSummary);
  const subjects = all.filter(({ name }) => !drained.includes(name));
  const scenarios = scenarioResults(results, bench.traces);
  const { conv, code } = bench.traces;
  const withPhases = scenarios.map((scenario) => {
    const { phased = NaN, best } = results.oracles.get(scenario.name) ?? {};
    return { ...scenario, phasesRatio: phased / (best?.onTime ?? NaN) };
  });
  const found: BenchResults = { ...base, suite: 'named', subjects, scenarios };
  const peers = peerValues(subjects, conv !== undefined && code !== undefined);
  const behindDrain = all.filter(({ name }) => drained.includes(name));
  const sections = [
    staticValues(withPhases, { conv: conv !== undefined, code: code !== undefined }),
    ...(peers.table.rows.length > 0 ? [peers] : []),
    ...(behindDrain.length > 0 ? [drainSection(subjects, behindDrain)] : []),
    namedTargets(subjects) ?? [],
  ].flat();
  const drawn = new Set(drawnOf(found));
  const isDrawn = ({ subject }: Curve): boolean => drawn.has(subject);
  return {
    ...found,
    sections,
    scenarios: scenarios.map((scenario) => ({ ...scenario, curves: scenario.curves?.filter(isDrawn) ?? [] })),
  };
}

function variantResults(bench: Bench, results: SuiteResults, base: Base): BenchResults {
  const subjects = subjectResults(results, namedSummary);
  const scenarios = scenarioResults(results, bench.traces);
  return { ...base, suite: 'variants', subjects, scenarios, sections: [guardTargets(subjects)] };
}

/** A law that listens to deadlines is the same at every utilisation: the default stands for all of them. */
function variantSubjects(scenario: string, ours: readonly string[]): readonly string[] {
  const formsOf = (forms: readonly Subject[]): readonly string[] =>
    forms.filter(({ law }) => ours.includes(law)).map(({ name }) => name);
  if (/-u[\d.]+$/.test(scenario))
    return [...ours.filter((name) => name === defaultStrategy), ...formsOf(deviceSubjects)];
  return scenario.endsWith('-job') ? [...ours, ...formsOf(unguardedSubjects)] : ours;
}

/** Everybody on one chart could not be read, and the page would be large. */
function drawnOf(results: BenchResults): readonly string[] {
  const best = (kind: SubjectResult['kind']): readonly SubjectResult[] =>
    ranked(results)
      .filter((subject) => subject.kind === kind)
      .slice(0, 5);
  const all = ranked(results).filter(({ kind }) => kind === 'ours' || kind === 'candidate');
  return [...all, ...best('peer'), ...best('peer+guard'), ...best('fixed')].map(({ name }) => name);
}
