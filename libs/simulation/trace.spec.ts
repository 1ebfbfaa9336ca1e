import { describe, expect, it } from 'vitest';
import { parseTrace } from './trace.ts';

const header = 'TIMESTAMP,ContextTokens,GeneratedTokens';
const good = '2023-11-16 18:15:46.6805900,374,44';

function trace(...lines: readonly string[]): string {
  return `${[header, ...lines].join('\n')}\n`;
}

describe('parseTrace', () => {
  it('counts milliseconds from the first request, over midnight too', () => {
    const rows = parseTrace(
      trace(
        '2023-12-31 23:59:59.7500000,374,44',
        '2023-12-31 23:59:59.7500000,1,0',
        '2024-01-01 00:00:01.0000000,7,1000',
      ),
    );
    expect(rows).toEqual([
      { at: 0, context: 374, generated: 44 },
      { at: 0, context: 1, generated: 0 },
      { at: 1250, context: 7, generated: 1000 },
    ]);
  });

  it('reads lines that end as on Windows, a byte order mark, no last newline, and whole seconds', () => {
    const text = `\uFEFF${header}\r\n2023-11-16 18:15:46,374,44\r\n2023-11-16 18:15:47.5,1,2`;
    expect(parseTrace(text).map(({ at }) => at)).toEqual([0, 1500]);
  });

  it.each([
    ['an empty file', '', 'The trace is empty'],
    ['a file with names alone', `${header}\n`, 'Line 2 of the trace: There is no request'],
    ['other columns', 'time,context,generated\n', 'Line 1 of the trace: The columns are "time,context,generated"'],
    ['columns in another order', 'TIMESTAMP,GeneratedTokens,ContextTokens\n', 'Line 1'],
    ['a value too few', trace(good, '2023-11-16 18:15:47,374'), 'Line 3 of the trace: "2023-11-16 18:15:47,374" has 2'],
    ['a value too many', trace(`${good},1`), 'Line 2'],
    ['an empty line within', trace(good, '', good), 'Line 3'],
    ['a request before the one above it', trace(good, '2023-11-16 18:15:46.6805899,1,1'), 'Line 3'],
    ['no time', trace('-1,374,44'), 'Line 2 of the trace: TIMESTAMP "-1" is no time'],
    ['a day that does not exist', trace('2023-02-30 18:15:46,374,44'), 'is no time'],
    ['an hour that does not exist', trace('2023-02-03 24:15:46,374,44'), 'is no time'],
    ['a negative count', trace('2023-11-16 18:15:46,-374,44'), 'ContextTokens "-374" is no count'],
    ['NaN', trace('2023-11-16 18:15:46,374,NaN'), 'GeneratedTokens "NaN" is no count'],
    ['a fraction', trace('2023-11-16 18:15:46,374,4.5'), 'GeneratedTokens "4.5" is no count'],
    ['no count', trace('2023-11-16 18:15:46,,44'), 'ContextTokens "" is no count'],
    ['a count beyond all bounds', trace('2023-11-16 18:15:46,1e400,44'), 'ContextTokens "1e400" is no count'],
  ])('refuses %s by line and rule', (_what, text, message) => {
    expect(() => parseTrace(text)).toThrow(expect.objectContaining({ code: 'BAD_TRACE' }) as Error);
    expect(() => parseTrace(text)).toThrow(message);
  });

  it('says what to do, and repeats no more than the beginning of a long line', () => {
    expect(() => parseTrace(`${'x'.repeat(10_000)}\n`)).toThrow(
      /^.{0,200}Make them TIMESTAMP,ContextTokens,GeneratedTokens/,
    );
  });
});
