import { describe, expect, it } from 'vitest';
import { findingsOf } from './expectations.ts';
import { scenarioFiles } from './files.ts';

describe('every scenario ends within its ranges', () => {
  it.each(scenarioFiles())('$name: $file.intent', ({ file }) => {
    const outside = file.seeds.flatMap((seed) =>
      findingsOf(file, seed)
        .filter(({ met }) => !met)
        .map(({ what, expected, observed }) => `seed ${seed}: ${what} is ${observed}, not ${expected}`),
    );
    expect(outside).toEqual([]);
  });
});
