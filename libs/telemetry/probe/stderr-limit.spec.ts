import { describe, expect, it } from 'vitest';
import { StderrLimit } from './stderr-limit.ts';

describe('the limit on what a probe says', () => {
  it('is ten lines a minute, and the last of them says so', () => {
    const { said, hear } = limit();
    for (let line = 1; line <= 12; line += 1) hear(0, `line ${line}`);
    expect(said).toHaveLength(10);
    expect(said.slice(8)).toEqual(['line 9', 'line 10 (what follows within the minute is left out)']);
  });

  it('begins anew with the first line a minute after the first', () => {
    const { said, hear } = limit();
    for (let line = 1; line <= 12; line += 1) hear(0, 'old');
    hear(59_999, 'too early');
    hear(60_000, 'new');
    expect(said.slice(10)).toEqual(['new']);
  });

  it('takes 500 characters of a line, and leaves out blank ones', () => {
    const { said, hear } = limit();
    hear(0, ' ');
    hear(0, 'x'.repeat(501));
    expect(said).toEqual(['x'.repeat(500)]);
  });
});

function limit() {
  let now = 0;
  const said: string[] = [];
  const stderr = new StderrLimit(
    () => now,
    (text) => said.push(text),
  );
  const hear = (at: number, line: string): void => {
    now = at;
    stderr.hear(line);
  };
  return { said, hear };
}
