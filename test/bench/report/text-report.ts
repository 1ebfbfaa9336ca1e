import { conditions } from './conditions.ts';
import type { BenchResults, ScenarioResult, Section, Table } from './results.ts';
import { bestFixed, ratioTable, scenarioTable, summaryTable } from './tables.ts';
import { areWords } from './words.ts';

/** For a terminal: what matters most comes last. */
export function textReport(results: BenchResults): string {
  const { suite, scenarios, sections = [] } = results;
  const parts = [
    ...(suite === 'family' ? [] : scenarios.map((scenario) => scenarioPart(results, scenario))),
    ...(suite === 'named' ? [`Ratio to the best fixed limit\n\n${aligned(ratioTable(results))}`] : []),
    ...(suite === 'variants' ? [] : [`Over ${scenarios.length} scenarios\n\n${aligned(summaryTable(results))}`]),
    ...sections.map(sectionPart),
    conditions(results).join('\n'),
  ];
  return `${parts.join('\n\n')}\n`;
}

function scenarioPart(results: BenchResults, scenario: ScenarioResult): string {
  const head = `${scenario.name}: ${scenario.summary}\n${bestFixed(scenario)}`;
  return `${head}\n\n${aligned(scenarioTable(results, scenario))}`;
}

function sectionPart({ title, table, notes = [] }: Section): string {
  return [title, '', aligned(table), ...notes].join('\n');
}

/** Columns as wide as their widest cell; what holds numbers is set to the right. */
export function aligned({ head, rows }: Table): string {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const isWords = head.map(areWords);
  const lines = all.map((row) =>
    row
      .map((cell, column) => (isWords[column] ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
  return lines.join('\n');
}
