import { describe, expect, it } from 'vitest';
import { decisionsRequest, explainRequest } from './decision-request.ts';

describe('a request for decisions', () => {
  it('is for the newest sixty unless it says otherwise', () => {
    expect(decisionsRequest({})).toEqual({ since: 0, limit: 60 });
    expect(decisionsRequest({ since: '2026-09-21T14:03:20Z', limit: '3600' })).toEqual({
      since: Date.UTC(2026, 8, 21, 14, 3, 20),
      limit: 3600,
    });
  });

  it.each(['0', '-1', '1.5', '3601', 'all', '', ' ', '1e2x'])('is refused with limit "%s"', (limit) => {
    expect(() => decisionsRequest({ limit })).toThrow(/BAD_LIMIT.*1 to 3600/);
  });
});

describe('a request for an explanation', () => {
  const now = Date.UTC(2026, 9, 1);

  it('is refused for a moment that has not come yet', () => {
    expect(explainRequest({ at: String(now) }, now)).toBe(now);
    expect(() => explainRequest({ at: String(now + 1) }, now)).toThrow(/BAD_TIME.*in the future.*Leave at out/);
  });

  it('is about now unless it names a moment', () => {
    expect(explainRequest({}, now)).toBeUndefined();
  });

  it.each([
    ['2026-09-21T14:03:20Z', Date.UTC(2026, 8, 21, 14, 3, 20)],
    ['2026-09-21T14:03Z', Date.UTC(2026, 8, 21, 14, 3)],
    ['2026-09-21T14:03:20.250Z', Date.UTC(2026, 8, 21, 14, 3, 20, 250)],
    ['2026-09-21T16:03:20+02:00', Date.UTC(2026, 8, 21, 14, 3, 20)],
    // As a query has a "+" that was not escaped.
    ['2026-09-21T16:03:20 02:00', Date.UTC(2026, 8, 21, 14, 3, 20)],
    ['1790000000000', 1_790_000_000_000],
  ])('takes %s for a moment', (at, moment) => {
    expect(explainRequest({ at }, now)).toBe(moment);
  });

  it.each(['', 'noon', '14:03', '2026-09-21', '2026-09-21T14:03:20', '2026-13-01T00:00:00Z', '5m'])(
    'is refused with the moment "%s", and told how to write one',
    (at) => {
      expect(() => explainRequest({ at }, now)).toThrow(/BAD_TIME.*2026-09-21T14:03:20Z/);
    },
  );

  it('is refused with what it does not know', () => {
    expect(() => explainRequest({ att: '1' }, now)).toThrow(/BAD_QUERY.*Did you mean at\?/);
    expect(() => explainRequest({ at: ['1', '2'] }, now)).toThrow(/BAD_QUERY.*given twice/);
  });
});
