import { describe, expect, it } from 'vitest';
import { explain, explanationText } from '#libs/observability';
import { situations } from './situations.ts';

describe.each(situations)('$name', ({ name, record, number, cause, signal, change }) => {
  const found = record();
  const text = found === undefined ? '' : explanationText(explain(found));

  it('names the number, the cause, the signal with its age, and what would change it', () => {
    expect(text).toMatch(number);
    expect(text).toMatch(cause);
    expect(text).toMatch(signal);
    expect(text).toMatch(change);
  });

  // After a change of words: npx vitest run test/explain -u, and read the difference.
  it('reads as it was agreed', async () => {
    await expect(`${text}\n`).toMatchFileSnapshot(`../fixtures/explain/${name}.txt`);
  });
});
