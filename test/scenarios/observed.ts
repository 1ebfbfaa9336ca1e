import { ClosedLoop, FixedLimiter, meanOf } from '#libs/simulation';
import { findingsOf } from './expectations.ts';
import { scenarioFiles } from './files.ts';
import { plantOf } from './plant-of.ts';
import type { ScenarioFile } from './schema.ts';

// Prints what each scenario does beside the ranges it has to stay in, to set them by. From the project root:
//   node --conditions=flyball-source test/scenarios/observed.ts [--best] [part of a name ...]
// `--best` also looks for the best fixed limit and its rate, for `best`.
const words = process.argv.slice(2);
const parts = words.filter((word) => !word.startsWith('--'));
const chosen = scenarioFiles().filter(({ name }) => parts.length === 0 || parts.some((part) => name.includes(part)));

for (const { name, file } of chosen) {
  const begun = performance.now();
  const bySeed = file.seeds.map((seed) => findingsOf(file, seed));
  console.log(`${name} (${(performance.now() - begun).toFixed(0)} ms)`);
  bySeed[0]?.forEach(({ what, expected }, index) => {
    const findings = bySeed.map((findings) => findings[index]!);
    const observed = findings.map((finding) => finding.observed).join('  ');
    console.log(
      `  ${findings.every(({ met }) => met) ? ' ' : '!'} ${what.padEnd(26)} ${expected.padEnd(14)} ${observed}`,
    );
  });
  if (words.includes('--best')) console.log(`    "best": ${JSON.stringify(bestFixed(file))}`);
}

function bestFixed(file: ScenarioFile): { readonly limit: number; readonly rate: number } {
  const limits = Array.from({ length: file.max - file.min + 1 }, (_, index) => file.min + index);
  const rates = limits.map((limit) => ({ limit, rate: Number(rateAt(file, limit).toPrecision(4)) }));
  return rates.reduce((best, each) => (each.rate > best.rate ? each : best));
}

function rateAt({ plant, seeds }: ScenarioFile, limit: number): number {
  const scenario = plantOf(plant);
  const runs = seeds.map((seed) => {
    const loop = new ClosedLoop({ scenario, seed }, () => new FixedLimiter(limit));
    loop.runUntil(scenario.duration);
    return (1000 * loop.tally.onTime) / scenario.duration;
  });
  return meanOf(runs);
}
