import { withoutSecrets } from '#libs/core';
import { CollectionError } from './collection-error.ts';

export interface ExpositionSample {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  /** May be NaN or infinite. */
  readonly value: number;
}

/**
 * The samples of a page of metrics in the Prometheus text format 0.0.4, and what OpenMetrics adds to a line (`# EOF`,
 * exemplars). Types and help are not needed; timestamps are read over.
 * @throws {CollectionError} parse, when a line is none of a sample, a comment or blank, or the end is missing
 */
export function parseExposition(text: string): readonly ExpositionSample[] {
  const lines = text.split('\n');
  const last = lines.pop() ?? '';
  // A page ends with a line feed; without it a number may have lost its last digits.
  if (last.trim() !== '' && last.trim() !== '# EOF') throw notMetrics('ends in the middle of a line', last);
  return lines.flatMap((line, index) => sampleOf(line.trim(), index + 1));
}

function sampleOf(line: string, lineNumber: number): readonly ExpositionSample[] {
  if (line === '' || line.startsWith('#')) return [];
  const sample = parseSample(line);
  if (sample === undefined) throw notMetrics(`has something else than a metric in line ${lineNumber}`, line);
  return [sample];
}

function parseSample(line: string): ExpositionSample | undefined {
  const [name] = /^[a-zA-Z_:][\w:]*/.exec(line) ?? [];
  if (name === undefined) return undefined;
  const labelled = parseLabels(line, afterSpaces(line, name.length));
  if (labelled === undefined) return undefined;
  const [, number] = valueAndRest.exec(line.slice(labelled.end)) ?? [];
  return number === undefined ? undefined : { name, labels: labelled.labels, value: numberOf(number) };
}

/** A number, then maybe a timestamp, then maybe an exemplar. */
const valueAndRest =
  /^\s*([+-]?(?:\d+\.?\d*(?:e[+-]?\d+)?|\.\d+(?:e[+-]?\d+)?|inf(?:inity)?|nan))(?:\s+-?[\d.]+(?:e[+-]?\d+)?)?\s*(?:#.*)?$/i;

function parseLabels(
  line: string,
  start: number,
): { readonly labels: ReadonlyMap<string, string>; readonly end: number } | undefined {
  const labels = new Map<string, string>();
  // Without labels a space parts name and value.
  if (line[start] !== '{') return /\s/.test(line[start - 1] ?? '') ? { labels, end: start } : undefined;
  let at = afterSpaces(line, start + 1);
  while (line[at] !== '}') {
    oneLabel.lastIndex = at;
    const [whole, name, value] = oneLabel.exec(line) ?? [];
    if (whole === undefined || name === undefined || value === undefined) return undefined;
    labels.set(
      name,
      value.replace(/\\(.)/g, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped)),
    );
    at += whole.length;
  }
  return { labels, end: at + 1 };
}

/** `name="value"` with what parts it from the next: a comma, or the closing brace ahead. */
const oneLabel = /([a-zA-Z_]\w*)\s*=\s*"((?:[^"\\]|\\.)*)"\s*(?:,\s*|(?=\}))/y;

function afterSpaces(line: string, from: number): number {
  let at = from;
  while (line[at] === ' ' || line[at] === '\t') at += 1;
  return at;
}

function numberOf(text: string): number {
  const lower = text.toLowerCase();
  if (lower.endsWith('nan')) return Number.NaN;
  if (lower.includes('inf')) return lower.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return Number(text);
}

function notMetrics(what: string, line: string): CollectionError {
  const shown = line.trim();
  const start = shown.length > 60 ? `${shown.slice(0, 60)}…` : shown;
  return new CollectionError({
    result: 'parse',
    message: `the page ${what}: ${withoutSecrets(JSON.stringify(start))}`,
    next: 'Point the URL at a page of metrics in the Prometheus text format; its path is mostly /metrics.',
  });
}
