import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FlyballError } from '#libs/core';
import { markdownReport } from '../report/markdown-report.ts';
import { htmlPage } from '../report/page/html-page.ts';
import type { BenchResults } from '../report/results.ts';

/**
 * A page and a table for the docs of each suite, and all of it as JSON; says where.
 * @throws {FlyballError} NO_REPORT where the folder cannot be written to
 */
export function writeReports(folder: string, all: readonly BenchResults[], json: string): void {
  const files = all.flatMap((results): readonly (readonly [string, string])[] => [
    [`${results.suite}.html`, htmlPage(results)],
    [`${results.suite}.md`, markdownReport(results)],
  ]);
  const first = all[0]?.suite ?? 'bench';
  try {
    mkdirSync(folder, { recursive: true });
    for (const [name, text] of [...files, [`${first}.json`, `${json}\n`] as const])
      writeFileSync(join(folder, name), text);
  } catch (cause) {
    throw new FlyballError(
      'NO_REPORT',
      `${folder} cannot be written to: ${String(cause)}. Name another folder: --out.`,
      {
        cause,
      },
    );
  }
  for (const { suite } of all) console.error(`${join(folder, suite)}.html has the limits and rates over time`);
}
