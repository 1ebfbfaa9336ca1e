import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { crash } from './crash.ts';

// The long form, 20 kills and 1,000 jobs, is test/e2e/crash-run.ts.
it('loses no job and no result to kill -9 while it works', { timeout: 120_000 }, async () => {
  const directory = mkdtempSync(join(tmpdir(), 'flyball-'));
  const report = await crash({ directory, jobs: 200, kills: 3, random: Math.random });
  expect(report.wrong).toEqual([]);
  expect(report.extraRuns).toBeGreaterThan(0);
  rmSync(directory, { recursive: true });
});
