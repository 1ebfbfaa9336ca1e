import { decisionId, observationOf, parseRecord, recordLine, type DecisionRecord } from '#libs/core';
import { describe, expect, it } from 'vitest';

const record = {
  v: 1,
  seq: 12,
  worker: 'a1b2',
  at: 1_760_000_000_000,
  t: 12_000.125,
  period: 1000,
  decision: { limit: 4.25, reason: 'headroom', terms: { late: 0.0123457 } },
  observation: { limit: 4, limited: 0.875, samples: [[11_900.5, 431.25, 3.9, 1000, null, 0]] },
} as unknown as DecisionRecord;

describe('a decision record', () => {
  it('has an id, and gives its observation back', () => {
    expect(decisionId(record)).toBe('a1b2-12');
    expect(observationOf(record)).toMatchObject({ seq: 12, t: 12_000.125, period: 1000, limited: 0.875 });
  });

  it('reads back from its line as it was, with its checksum', () => {
    const { digest, ...read } = parseRecord(recordLine(record));
    expect(read).toEqual(record);
    expect(digest).toMatch(/^[0-9a-f]{16}$/);
  });

  it('is refused when any one digit of its line was altered', () => {
    const line = recordLine(record);
    const digits = Array.from(line.matchAll(/\d/g), ({ index }) => index);
    expect(digits.length).toBeGreaterThan(60);
    for (const index of digits) {
      const digit = String((Number(line[index]) + 1) % 10);
      expect(() => parseRecord(line.slice(0, index) + digit + line.slice(index + 1))).toThrow('ALTERED_RECORD');
    }
  });

  it('is read also without a checksum', () => {
    expect(parseRecord(JSON.stringify(record))).toEqual(record);
  });

  it('of a later version is refused by name, sealed or not', () => {
    const newer = { ...record, v: 2 } as unknown as DecisionRecord;
    expect(() => parseRecord(recordLine(newer))).toThrow('NEWER_RECORD');
    expect(() => parseRecord(JSON.stringify(newer))).toThrow('NEWER_RECORD');
  });

  it.each([
    ['no JSON', '{"v":1,', 'BAD_RECORD'],
    ['something else', '{"hello":1}', 'BAD_RECORD'],
    ['null', 'null', 'BAD_RECORD'],
    ['a later version', '{"v":2,"observation":{}}', 'NEWER_RECORD'],
  ])('is refused when it is %s', (_what, line, code) => {
    expect(() => parseRecord(line)).toThrow(code);
  });
});
