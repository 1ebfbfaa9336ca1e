import { describe, expect, it } from 'vitest';
import { scenarioNamed } from './choose-scenario.ts';

describe('a scenario by its name', () => {
  it.each(['S1', 'S8', 'ramp', 'memory-cliff', 'S3h', 'S1-no-deadlines'])('finds %s', (name) => {
    expect(scenarioNamed(name).name).toBe(name);
  });

  it.each([
    ['s3', 'S3'],
    ['memory-clif', 'memory-cliff'],
    ['S4-u03', 'S4-u0.3'],
  ])('asks for "%s" whether %s is meant', (given, meant) => {
    expect(() => scenarioNamed(given)).toThrow(
      `--scenario="${given}" is not known. Did you mean ${meant}? Known:\n  S1 `,
    );
  });

  it('offers nothing for what is like nothing, but lists all', () => {
    expect(() => scenarioNamed('zebra')).toThrow(/"zebra" is not known\. Known:\n {2}S1 [^]*\n {2}oom [^]*S3h/);
  });
});
