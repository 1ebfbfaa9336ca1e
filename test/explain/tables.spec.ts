import { expect, it } from 'vitest';
import { boundBits, modes, reasons, reasonTable, whysMissing } from '#libs/core';
import { tables } from './tables.ts';

const entries = tables();

it('has words of its own for every reason: what it is, where to look, what would change it', () => {
  const words = Object.values(reasonTable);
  for (const { says, look, change } of words) {
    for (const phrase of [says, look, change]) expect(phrase).toMatch(/^\S.*[^\s.]$/);
  }
  expect(new Set(words.map(({ says }) => says)).size).toBe(reasons.length);
});

it('explains every reason, bound, mode and missing reading', () => {
  const names = entries.map(({ name }) => name);
  const codes = {
    reason: reasons,
    bound: boundBits.filter((bit) => bit !== 'none'),
    mode: modes,
    missing: whysMissing,
  };
  for (const [kind, all] of Object.entries(codes)) {
    expect(names).toEqual(expect.arrayContaining(all.map((code) => `${kind} ${code}`)));
  }
  for (const { lines } of entries) expect(lines.filter((line) => line.length > 12).length).toBeGreaterThan(0);
});

// After a change of words: npx vitest run test/explain -u, and read the difference.
it('reads as it was agreed', async () => {
  const text = entries.map(({ name, lines }) => [name, ...lines.map((line) => `  ${line}`)].join('\n')).join('\n\n');
  await expect(`${text}\n`).toMatchFileSnapshot('../fixtures/explain/tables.txt');
});
