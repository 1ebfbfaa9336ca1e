import type { LogLine } from './log-line.ts';

interface Told {
  at: number;
  repeated: number;
  last: LogLine;
}

/** Different warnings remembered; beyond them they count as one. */
const mostRemembered = 256;
const beyond = 'other';
/** How much of a cause tells it from another. */
const causeLength = 160;

/** Says the same warning at most once in 10 s, then with how often it was held back (`repeated`). */
export class Repeats {
  readonly #withinMs: number;
  readonly #told = new Map<string, Told>();

  constructor(withinMs = 10_000) {
    this.#withinMs = withinMs;
  }

  /** The line to write now, if any. @param now monotonic ms */
  pass(line: LogLine, now: number): LogLine | undefined {
    if (line.level !== 'warn' && line.level !== 'error') return line;
    if (line.event === 'handler-log' || line.event === 'process-fatal') return line;
    const own = keyOf(line);
    const key = this.#told.has(own) || this.#told.size < mostRemembered ? own : beyond;
    const told = this.#told.get(key);
    if (told !== undefined && now - told.at < this.#withinMs) {
      told.repeated += 1;
      told.last = line;
      return undefined;
    }
    this.#told.set(key, { at: now, repeated: 0, last: line });
    return told === undefined || told.repeated === 0 ? line : withCount(line, told.repeated);
  }

  /** Those held back whose 10 s are over: a storm that has ended is still counted. */
  overdue(now: number): readonly LogLine[] {
    const lines: LogLine[] = [];
    for (const [key, told] of this.#told) {
      if (now - told.at < this.#withinMs) continue;
      if (told.repeated === 0) this.#told.delete(key);
      else lines.push(withCount(told.last, told.repeated));
      told.at = now;
      told.repeated = 0;
    }
    return lines;
  }
}

/** What makes two warnings the same: what happened, of which kind and why, not to which job. */
function keyOf({ event, fields = {} }: LogLine): string {
  const kinds = [
    fields['errorType'],
    fields['kind'],
    fields['cause'],
    fields['result'],
    fields['operation'],
    fields['source'],
  ];
  const why = fields['message'] ?? fields['error'] ?? fields['detail'];
  return [event, ...kinds, typeof why === 'string' ? why.slice(0, causeLength) : ''].join(' ');
}

function withCount(line: LogLine, repeated: number): LogLine {
  return { ...line, fields: { ...line.fields, repeated } };
}
