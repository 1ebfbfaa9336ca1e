import { FlyballError } from '#libs/core';
import type { Tokens } from './tokens.ts';

/** One recorded request; `at` in ms since the first one. */
export interface TraceRow extends Tokens {
  readonly at: number;
}

const columns = 'TIMESTAMP,ContextTokens,GeneratedTokens';

/**
 * Reads a trace of LLM requests as Azure/AzurePublicDataset publishes them: a line of column names, then one request a
 * line, `YYYY-MM-DD hh:mm:ss.fffffff`, tokens read, tokens written, in order of time.
 * @throws {FlyballError} BAD_TRACE with the line and the rule that it breaks
 */
export function parseTrace(text: string): readonly TraceRow[] {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  const [header, ...records] = lines;
  if (header === undefined) {
    throw new FlyballError('BAD_TRACE', `The trace is empty. Give a CSV file that begins with the line ${columns}.`);
  }
  if (header !== columns) {
    throw badLine(1, `The columns are "${shortened(header)}"`, `Make them ${columns}, in this order.`);
  }
  if (records.length === 0) throw badLine(2, 'There is no request', 'Give one line for each request.');
  return rowsOf(records);
}

function rowsOf(records: readonly string[]): readonly TraceRow[] {
  const rows: TraceRow[] = [];
  let first: number | undefined;
  let last = -Infinity;
  for (const [index, record] of records.entries()) {
    const line = index + 2;
    const cells = record.split(',');
    if (cells.length !== 3) {
      throw badLine(line, `"${shortened(record)}" has ${cells.length} values`, `Give three: ${columns}.`);
    }
    const time = timeOf(cells[0]!, line);
    first ??= time;
    if (time < last) {
      throw badLine(line, `${cells[0]!} is before the line above it`, 'Sort the requests by their time.');
    }
    last = time;
    rows.push({
      at: time - first,
      context: countOf(cells[1]!, 'ContextTokens', line),
      generated: countOf(cells[2]!, 'GeneratedTokens', line),
    });
  }
  return rows;
}

const timeFormat = /^(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)(\.\d{1,9})?$/;

/** ms; the zone does not matter, only differences do. */
function timeOf(cell: string, line: number): number {
  const [, ...parts] = timeFormat.exec(cell) ?? [];
  const [year, month, day, hour, minute, second] = parts.slice(0, 6).map(Number);
  const time = Date.UTC(year ?? NaN, (month ?? NaN) - 1, day, hour, minute, second);
  // A day or an hour that does not exist would become another one.
  if (Number.isNaN(time) || new Date(time).toISOString().slice(0, 19) !== cell.slice(0, 19).replace(' ', 'T')) {
    throw badLine(line, `TIMESTAMP "${shortened(cell)}" is no time`, 'Write it as YYYY-MM-DD hh:mm:ss.fffffff.');
  }
  return time + 1000 * Number(parts[6] ?? 0);
}

function countOf(cell: string, column: string, line: number): number {
  if (/^\d{1,9}$/.test(cell)) return Number(cell);
  throw badLine(
    line,
    `${column} "${shortened(cell)}" is no count of tokens`,
    'Give a whole number from 0 to 999999999, in digits alone.',
  );
}

function badLine(line: number, problem: string, nextStep: string): FlyballError {
  return new FlyballError('BAD_TRACE', `Line ${line} of the trace: ${problem}. ${nextStep}`);
}

function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
