import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { AnyStrategy } from '#libs/core';
import { describeStrategy } from '#libs/testing';

// The strategy that CONTRIBUTING.md shows is the one people start from: it is run as it stands there.
const blocks = [...readFileSync('CONTRIBUTING.md', 'utf8').matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code = '']) =>
  code.replaceAll(/^ {3}/gm, ''),
);
const [code = '', spec = ''] = blocks;
const folder = mkdtempSync(join('test', 'contributing-'));
writeFileSync(join(folder, 'streak.ts'), code);
const { streak } = (await import(join(process.cwd(), folder, 'streak.ts'))) as { streak: AnyStrategy };
rmSync(folder, { recursive: true });

describe('the strategy in CONTRIBUTING.md', () => {
  it('has at most 40 lines, and its spec is one call of the kit', () => {
    expect(code.trimEnd().split('\n').length).toBeLessThanOrEqual(40);
    expect(spec).toContain('describeStrategy(streak);');
  });

  describeStrategy(streak);
});
