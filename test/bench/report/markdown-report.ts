import { conditions } from './conditions.ts';
import type { BenchResults } from './results.ts';
import { ratioTable, summaryTable, type Table } from './tables.ts';

/** For a page of the docs: the summary, the ratios by scenario where they are few, and what must be said beside them. */
export function markdownReport(results: BenchResults): string {
  const ratios = results.suite === 'named' ? [markdownTable(ratioTable(results))] : [];
  return `${[markdownTable(summaryTable(results)), ...ratios, conditions(results).join(' ')].join('\n\n')}\n`;
}

export function markdownTable({ head, rows }: Table): string {
  const rule = head.map((title) => (title === 'law' || title === 'kind' ? '---' : '--:'));
  return [head, rule, ...rows]
    .map((row) => `| ${row.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n');
}
