import { conditions } from './conditions.ts';
import type { BenchResults } from './results.ts';
import { ratioTable, scenarioTable, summaryTable, type Table } from './tables.ts';

/** More scenarios than these are told by their summary alone. */
const fewScenarios = 16;

/** For a terminal. */
export function textReport(results: BenchResults): string {
  const { scenarios } = results;
  const few = scenarios.length <= fewScenarios;
  const parts = [
    ...(few ? scenarios.map((scenario) => scenarioPart(results, scenario)) : []),
    ...(few ? [`Ratio to the best fixed limit\n\n${aligned(ratioTable(results))}`] : []),
    `Over ${scenarios.length} scenarios\n\n${aligned(summaryTable(results))}`,
    conditions(results).join('\n'),
  ];
  return `${parts.join('\n\n')}\n`;
}

function scenarioPart(results: BenchResults, scenario: BenchResults['scenarios'][number]): string {
  const { name, summary, best } = scenario;
  const head = `${name}: ${summary}\nbest fixed limit ${best.n}, ${best.rate.toPrecision(3)} on time a second`;
  return `${head}\n\n${aligned(scenarioTable(results, scenario))}`;
}

/** Columns as wide as their widest cell; what holds numbers is set to the right. */
export function aligned({ head, rows }: Table): string {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const isWords = head.map((title) => title === 'law' || title === 'kind');
  const lines = all.map((row) =>
    row
      .map((cell, column) => (isWords[column] ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
  return lines.join('\n');
}
