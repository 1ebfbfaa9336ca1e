import type { Table } from '../results.ts';
import { escaped } from './markup.ts';

export interface TableLook {
  /** Class of a cell, by its column's title and its text. */
  readonly cell?: (title: string, text: string) => string | undefined;
  readonly row?: (name: string) => string | undefined;
}

export function htmlTable({ head, rows }: Table, look: TableLook = {}): string {
  const heads = head.map(
    (title) =>
      `<th scope="col"${classOf(look.cell?.(title, '') ?? (title === 'kind' ? 'words' : undefined))}>${escaped(title)}</th>`,
  );
  const body = rows.map(([name = '', ...cells]) => {
    const columns = cells.map((text, index) => {
      const title = head[index + 1] ?? '';
      const named = title === 'kind' ? 'words kind' : look.cell?.(title, text);
      return `<td${classOf(named)}>${escaped(text)}</td>`;
    });
    return `<tr${classOf(look.row?.(name))}><th scope="row">${escaped(name)}</th>${columns.join('')}</tr>`;
  });
  return `<div class="scroll"><table><thead><tr>${heads.join('')}</tr></thead><tbody>${body.join('\n')}</tbody></table></div>`;
}

/** How good a ratio to the best fixed limit is. */
export function ratioClass(text: string): string | undefined {
  if (text === '') return undefined;
  const value = Number(text);
  if (value >= 0.97) return 'good';
  if (value >= 0.9) return 'fair';
  return value >= 0.7 ? 'weak' : 'bad';
}

function classOf(name: string | undefined): string {
  return name === undefined ? '' : ` class="${name}"`;
}
