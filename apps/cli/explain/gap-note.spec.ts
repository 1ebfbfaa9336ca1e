import { expect, it } from 'vitest';
import { gapNote } from './gap-note.ts';

const decidedAt = '2026-09-21T12:00:03.000Z';

it('is silent about a decision that was in force', () => {
  expect(gapNote(decidedAt, Date.parse('2026-09-21T12:01:59Z'))).toBeUndefined();
});

it('says when nobody decided any more at the moment that was asked about', () => {
  expect(gapNote(decidedAt, Date.parse('2026-09-21T14:03:20Z'))).toMatch(
    /^The last decision before that moment is of 2026-09-21T12:00:03.000Z, 123 min earlier/,
  );
});
