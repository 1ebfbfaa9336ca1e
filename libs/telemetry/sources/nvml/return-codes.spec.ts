import { describe, expect, it } from 'vitest';
import { codes, concernsDriver, failureFor, meansLost, whyMissing } from './return-codes.ts';

describe('return codes', () => {
  it.each(Object.entries(codes).filter(([name]) => name !== 'ok'))('has words and a next step for %s', (_, code) => {
    const { message, next } = failureFor('NVML cannot start', code);
    expect(message).toMatch(new RegExp(`^NVML cannot start: .{4,} \\(NVML code ${code}\\)$`));
    expect(message).not.toContain(': error (');
    expect(next).toMatch(/^[A-Z].+\.$/);
  });

  it('names a code that it does not know, and still says what to do', () => {
    expect(failureFor('NVML cannot start', 77)).toEqual({
      result: 'error',
      message: 'NVML cannot start: error (NVML code 77)',
      next: 'Run nvidia-smi on the host and look for NVRM lines in its kernel log.',
    });
  });

  it.each([
    [2, 'not-supported'],
    [3, 'not-supported'],
    [4, 'no-permission'],
    [13, 'not-supported'],
    [15, 'lost'],
    [16, 'lost'],
    [17, 'no-permission'],
    [25, 'not-supported'],
    [26, 'deprecated'],
    [27, 'warming-up'],
    [10, 'failed'],
    [999, 'failed'],
    [77, 'failed'],
  ])('says of a reading that failed with %i: %s', (code, why) => {
    expect(whyMissing(code)).toBe(why);
  });

  it('takes only 15 and 16 for a lost device, and only what no device survives for the driver', () => {
    const all = Object.values(codes);
    expect(all.filter(meansLost)).toEqual([15, 16]);
    expect(all.filter(concernsDriver)).toEqual([1, 9, 12, 18]);
  });
});
