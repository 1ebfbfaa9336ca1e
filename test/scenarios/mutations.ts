import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';

// Breaks the product on purpose, one way at a time, in a copy of the sources, and counts the scenario files that notice.
// From the project root: node --conditions=flyball-source test/scenarios/mutations.ts
interface Mutation {
  readonly name: string;
  /** Each text occurs once in its file. */
  readonly changes: readonly { readonly path: string; readonly from: string; readonly to: string }[];
}

const enough = 5;
const root = join(import.meta.dirname, '..', '..');

const mutations: readonly Mutation[] = [
  { name: 'nothing changed', changes: [] },
  {
    name: 'sign of the cut: misses raise the limit',
    changes: [
      { path: 'libs/strategies/slow-start.ts', from: 'sixDigits(limit * Math.min', to: 'sixDigits(limit / Math.min' },
    ],
  },
  {
    name: 'sign of the error in pid',
    changes: [{ path: 'libs/strategies/velocity.ts', from: 'Math.max(-1, error)', to: 'Math.max(-1, -error)' }],
  },
  {
    name: 'growth without W1: every limit counts as used',
    changes: [
      { path: 'libs/core/occupancy.ts', from: 'Math.min(1, this.#limitedMs / length)', to: '1' },
      { path: 'libs/core/shadows.ts', from: 'limit > reach * observation.limit ? 0 : observation.limited', to: '1' },
    ],
  },
  {
    name: 'no guard: every job is admitted',
    changes: [
      { path: 'libs/core/guard.ts', from: 'const admitted = this.#admits(job, t);', to: 'const admitted = true;' },
    ],
  },
];

/** What vitest says of each test. */
const report = z.object({
  testResults: z.array(z.object({ assertionResults: z.array(z.object({ title: z.string(), status: z.string() })) })),
});

let survived = 0;
for (const mutation of mutations) {
  const failed = inCopy(mutation, failingFiles);
  const caught = mutation.changes.length === 0 ? failed.length === 0 : failed.length >= enough;
  if (!caught) survived += 1;
  console.log(`${caught ? 'ok  ' : 'FAIL'} ${mutation.name}: ${failed.length} files fail`);
  if (failed.length > 0) console.log(`       ${failed.join(', ')}`);
}
process.exitCode = survived > 0 ? 1 : 0;

function inCopy<Result>({ changes }: Mutation, run: (folder: string) => Result): Result {
  const folder = mkdtempSync(join(tmpdir(), 'flyball-mutation-'));
  try {
    for (const name of ['package.json', 'tsconfig.json', 'vitest.config.ts', 'scripts', 'libs', 'test/scenarios']) {
      cpSync(join(root, name), join(folder, name), { recursive: true });
    }
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    for (const { path, from, to } of changes) {
      const text = readFileSync(join(root, path), 'utf8');
      if (text.split(from).length !== 2) throw new Error(`${path} does not hold "${from}" exactly once`);
      writeFileSync(
        join(folder, path),
        text.replace(from, () => to),
      );
    }
    return run(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Names of the data files that the spec finds outside their ranges. */
function failingFiles(folder: string): readonly string[] {
  const vitest = join('node_modules', 'vitest', 'vitest.mjs');
  const spec = 'test/scenarios/scenarios.spec.ts';
  const reporting = ['--no-cache', '--reporter=json', '--outputFile=report.json'];
  const { stderr } = spawnSync(process.execPath, [vitest, 'run', spec, ...reporting], {
    cwd: folder,
    encoding: 'utf8',
  });
  const path = join(folder, 'report.json');
  const parsed = report.safeParse(existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined);
  const results = parsed.data?.testResults.flatMap(({ assertionResults }) => assertionResults) ?? [];
  if (results.length === 0) throw new Error(`the spec did not run: ${stderr}`);
  return results.filter(({ status }) => status !== 'passed').map(({ title }) => title.split(':')[0] ?? title);
}
