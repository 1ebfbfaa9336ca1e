import { conditions } from './conditions.ts';
import type { BenchResults, Section, Table } from './results.ts';
import { ratioTable, summaryTable } from './tables.ts';
import { areWords } from './words.ts';

/** For a page of the docs: the summary, the ratios by scenario where they are few, and what must be said beside them. */
export function markdownReport(results: BenchResults): string {
  const ratios = results.suite === 'named' ? [markdownTable(ratioTable(results))] : [];
  const summary = results.suite === 'variants' ? [] : [markdownTable(summaryTable(results))];
  const sections = (results.sections ?? []).map(markdownSection);
  return `${[...summary, ...ratios, ...sections, conditions(results).join(' ')].join('\n\n')}\n`;
}

function markdownSection({ title, table, notes = [] }: Section): string {
  return [`**${title}**`, markdownTable(table), ...(notes.length > 0 ? [notes.join(' ')] : [])].join('\n\n');
}

export function markdownTable({ head, rows }: Table): string {
  const rule = head.map((title) => (areWords(title) ? '---' : '--:'));
  return [head, rule, ...rows]
    .map((row) => `| ${row.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n');
}
