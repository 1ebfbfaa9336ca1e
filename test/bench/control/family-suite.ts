import { randomInt } from 'node:crypto';
import { FlyballError } from '#libs/core';
import type { BenchResults, ScenarioResult, Section, SubjectResult } from '../report/results.ts';
import type { BenchRequest } from './arguments.ts';
import { chosen } from './chosen.ts';
import { namedSeeds, type About } from './named-suite.ts';
import { comparison, incumbent, promotion } from './promotion.ts';
import { scenarioResults, subjectResults } from './results-of.ts';
import { familyId, namedIds } from './scenario-of.ts';
import { familySummary, namedSummary } from './subject-summary.ts';
import { familySubjects } from './subjects.ts';
import { runSuite, type Bench, type SuiteOptions, type SuiteResults } from './suite.ts';
import { familyTargets } from './targets.ts';
import { mostDrawn, ownOf, worstOf, worstSection } from './worst.ts';

/** Random scenarios under each seed; those in which nobody serves enough to tell are left out. */
export async function runFamily(bench: Bench, request: BenchRequest, about: About): Promise<BenchResults> {
  const { count, hints, secret } = request;
  const names = subjectNames(request);
  const seeds = request.seeds ?? Array.from({ length: request.blind }, () => randomInt(2 ** 32 - 1));
  const scenarios = seeds.flatMap((seed) => Array.from({ length: count }, (_, index) => familyId(seed, index)));
  const runSeeds = namedSeeds(request.runs);
  const suite: SuiteOptions = { scenarios, seeds: runSeeds, hints, subjects: () => names, curves: false };
  const results = await runSuite(bench, suite);
  const nameOf = (id: string): string => publicName(id, seeds);
  const subjects = subjectResults(results, familySummary, nameOf);
  const all = scenarioResults(results, {}, nameOf);
  const left = scenarios.length - results.oracles.size;
  const sections = [
    worstSection(subjects, all, left) ?? [],
    comparison(subjects) ?? [],
    familyTargets(subjects) ?? [],
    await verdict(bench, request, { subjects, seeds: seeds.length }),
  ].flat();
  return {
    ...about,
    suite: 'family',
    seeds: secret ? [] : seeds,
    runs: runSeeds.length,
    hints,
    traces: 'generators',
    outOfMemory: 'fatal',
    price: 0,
    subjects,
    scenarios: await withWorstDrawn(all, { bench, suite, results, subjects, nameOf }),
    reference: { name: 'best fixed limit without OOM', summary: safeSummary(results) },
    sections,
  };
}

/** A seed's place in the list instead of the seed: scenario 17 of the second seed is `2-17`. */
function publicName(id: string, seeds: readonly number[]): string {
  const [, seed, index] = id.split(':');
  return `${seeds.indexOf(Number(seed)) + 1}-${index}`;
}

function subjectNames({ only, promote }: BenchRequest): readonly string[] {
  const names = chosen(familySubjects, only).map(({ name }) => name);
  if (promote === undefined) return names;
  const challenger = familySubjects.find(({ name }) => name === promote);
  if (challenger === undefined || promote === incumbent) {
    throw new FlyballError('BAD_ARGUMENT', `--promote="${promote}" is no strategy that could replace ${incumbent}.`);
  }
  return [...new Set([...names, incumbent, promote])];
}

/** What a fixed limit reaches that never ran out of memory; none: nothing is served. */
function safeSummary({ oracles }: SuiteResults): BenchResults['subjects'][number]['summary'] {
  const ratios = [...oracles.values()].map(({ safe, best }) => (safe?.onTime ?? 0) / best.onTime);
  return familySummary(ratios.map((ratio) => ({ ratio, oom: 0 })));
}

async function verdict(
  bench: Bench,
  { promote, count, hints }: BenchRequest,
  { subjects, seeds }: { readonly subjects: readonly SubjectResult[]; readonly seeds: number },
): Promise<readonly Section[]> {
  const [challenger, base] = [promote, incumbent].map((name) => subjects.find((subject) => subject.name === name));
  if (challenger === undefined || base === undefined) return [];
  const suite = { scenarios: namedIds, seeds: namedSeeds(5), hints, subjects: () => [challenger.name], curves: false };
  const [named] = subjectResults(await runSuite(bench, suite), namedSummary);
  return named === undefined ? [] : [promotion(challenger, base, { seeds, perSeed: count, named })];
}

/** The scenarios in which the best of ours is worst are run once more, to be drawn. */
async function withWorstDrawn(
  scenarios: readonly ScenarioResult[],
  {
    bench,
    suite,
    results,
    subjects,
    nameOf,
  }: {
    readonly bench: Bench;
    readonly suite: SuiteOptions;
    readonly results: SuiteResults;
    readonly subjects: readonly SubjectResult[];
    readonly nameOf: (id: string) => string;
  },
): Promise<readonly ScenarioResult[]> {
  const own = ownOf(subjects);
  if (own === undefined) return scenarios;
  const worst = new Set(worstOf(own, mostDrawn).map(({ scenario }) => scenario));
  const ids = [...results.oracles.keys()].filter((id) => worst.has(nameOf(id)));
  const { curves } = await runSuite(bench, { ...suite, scenarios: ids, curves: true });
  const byName = new Map([...curves].map(([id, drawn]) => [nameOf(id), drawn]));
  return scenarios.map((scenario) => {
    const drawn = byName.get(scenario.name);
    return drawn === undefined ? scenario : { ...scenario, curves: drawn };
  });
}
