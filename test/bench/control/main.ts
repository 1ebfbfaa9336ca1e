import { FlyballError } from '#libs/core';
import { jsonReport } from '../report/json-report.ts';
import { textReport } from '../report/text-report.ts';
import { benchRequest, type BenchRequest } from './arguments.ts';
import { commitInForce } from './commit.ts';
import { runFamily } from './family-suite.ts';
import { namedSeeds, runNamed, type About } from './named-suite.ts';
import { OracleCache, oracleKey } from './oracle-cache.ts';
import { progressOn } from './progress.ts';
import { revisions } from './revisions.ts';
import { namedIds, variantIds } from './scenario-of.ts';
import type { Bench } from './suite.ts';
import { Threads } from './threads.ts';
import { readTraces, type ReadTraces } from './traces.ts';
import { writeReports } from './write-reports.ts';

// Where each law stands beside the best fixed limit and beside every published peer.
//   npm run bench -- --suite named  [--trace conv=FILE] [--trace code=FILE] [--keep-oracles]
//   npm run bench -- --suite family --seed N[,N…] --count K [--secret] [--promote LAW]
//   npm run bench -- --suite family --blind SEEDS --count K      seeds that nobody gets to see
//   both: [--json] [--out FOLDER] [--runs R] [--only LAW,…] [--hints]

const args = process.argv.slice(2);
process.exitCode = await bench(args);

async function bench(args: readonly string[]): Promise<number> {
  const plan = planned(args);
  if (plan === undefined) return 2;
  const { request, traces, tag } = plan;
  const cache = new OracleCache();
  if (!cache.isCommitted && !request.keepOracles) {
    console.error(
      'The plant has changed since its best fixed limits were committed: npm run bench -- --suite named --keep-oracles',
    );
  }
  const about = { commit: commitInForce(), plant: cache.plant, revisions, command: commandOf(args, request) };
  const threads = new Threads(traces);
  try {
    const bench: Bench = { workers: threads, cache, traces, traceTag: tag, progress: progressOn(process.stderr) };
    await (request.suite === 'named' ? named(bench, request, about) : family(bench, request, about));
    // Its keys would tell the seeds.
    if (!request.secret) cache.save();
    if (request.keepOracles) {
      cache.commit([...namedIds, ...variantIds].map((id) => oracleKey(id, namedSeeds(request.runs))));
      console.error('The best fixed limits are in test/bench/control/oracles.json, to be committed: npm run format');
    }
    return 0;
  } catch (error) {
    return refused(error);
  } finally {
    await threads.close();
  }
}

async function named(bench: Bench, request: BenchRequest, about: About): Promise<void> {
  const { named, variants } = await runNamed(bench, request, about);
  const json = jsonReport(named, variants);
  console.log(request.json ? json : `${textReport(variants)}\n${textReport(named)}`);
  writeReports(request.out, [named, variants], json);
}

async function family(bench: Bench, request: BenchRequest, about: About): Promise<void> {
  const results = await runFamily(bench, request, about);
  const json = jsonReport(results);
  console.log(request.json ? json : textReport(results));
  writeReports(request.out, [results], json);
}

/** Undefined when it cannot be done as asked; why has been said. */
function planned(args: readonly string[]): (ReadTraces & { readonly request: BenchRequest }) | undefined {
  try {
    const request = benchRequest(args);
    return { request, ...readTraces(request.traces) };
  } catch (error) {
    refused(error);
    return undefined;
  }
}

/** 2: the user can correct it. */
function refused(error: unknown): 2 {
  if (!(error instanceof FlyballError)) throw error;
  console.error(error.message);
  return 2;
}

/** What makes these figures; where they went does not matter, and a secret seed stays one. */
function commandOf(args: readonly string[], { secret }: BenchRequest): string {
  const words = args.join(' ').replaceAll(/ ?--out[ =]\S+/g, '');
  return `npm run bench -- ${secret ? words.replaceAll(/(--seed[ =])\S+/g, '$1…') : words}`.trimEnd();
}
