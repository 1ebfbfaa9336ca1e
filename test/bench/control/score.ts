import { meanOf, type Scenario } from '#libs/simulation';
import type { ScenarioScore } from '../report/results.ts';
import { prices, type Oracle, type Price } from './oracle.ts';
import type { Run } from './run-once.ts';

/** One subject on one scenario, over all runs, compared with the best fixed limit. */
export function scoreOf(scenario: Scenario, runs: readonly Run[], oracle: Oracle): ScenarioScore {
  const { best, phased } = oracle;
  const mean = (of: (run: Run) => number): number => meanOf(runs.map(of));
  const onTime = mean(({ facts }) => facts.onTime);
  const failed = mean(({ facts }) => facts.lost);
  // Run by run, so that runs with more jobs than others do not count as spread.
  const ratios = runs.map(({ facts }, run) => facts.onTime / Math.max(1, best.runs[run] ?? best.onTime));
  const settle = mean(({ trace }) => trace.settle);
  const netOf = (price: Price): number => onTime - price * failed;
  const tails = runs.flatMap(({ tail }) => tail ?? []);
  return {
    scenario: scenario.name,
    ratio: onTime / best.onTime,
    spread: Math.sqrt(meanOf(ratios.map((each) => (each - meanOf(ratios)) ** 2))),
    runs: ratios,
    ...((scenario.phases?.length ?? 1) > 1 && { phaseRatio: onTime / phased }),
    oom: mean(({ facts }) => facts.outOfMemory),
    net: byPrice((price) => netOf(price) / (scenario.duration / 1000)),
    netRatio: byPrice((price) => netOf(price) / Math.max(1, oracle.net[price])),
    missShare: mean(missShareOf),
    settleS: Number.isFinite(settle) ? settle : null,
    overshoot: mean(({ facts }) => facts.maxGate) / best.limit,
    churn: mean(({ facts }) => facts.churn),
    regret: mean(({ trace }) => trace.regret),
    ...(tails.length > 0 && best.tail > 0 && { tail: meanOf(tails) / best.tail }),
  };
}

/** A dropped job was never served; a lost one is no miss, its price is in `net`. */
function missShareOf({ facts: { onTime, late, dropped } }: Run): number {
  return (late + dropped) / Math.max(1, onTime + late + dropped);
}

function byPrice(of: (price: Price) => number): Readonly<Record<Price, number>> {
  return Object.fromEntries(prices.map((price) => [price, of(price)])) as Record<Price, number>;
}
