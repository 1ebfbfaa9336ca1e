import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jsonReport } from '../report/json-report.ts';
import { textReport } from '../report/text-report.ts';
import { answerTask } from './answer-task.ts';
import { benchRequest } from './arguments.ts';
import { runFamily } from './family-suite.ts';
import { silent } from './progress.ts';
import type { Task } from './task.ts';

const main = fileURLToPath(new URL('./main.ts', import.meta.url));
const about = { commit: 'abc1234', plant: '0123456789ab', revisions: 1 };
let folder = '';

beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'flyball-bench-'))));
afterAll(() => rm(folder, { recursive: true, force: true }));

function bench(...args: readonly string[]): Promise<{ readonly status: unknown; readonly said: string }> {
  return new Promise((resolve) =>
    execFile(process.execPath, ['--conditions=flyball-source', main, ...args], (error, _out, said) =>
      resolve({ status: error?.code ?? 0, said }),
    ),
  );
}

describe('npm run bench', () => {
  it('ends with status 2 and the rule for words that it does not know', async () => {
    const { status, said } = await bench('--suite', 'other');
    expect(status).toBe(2);
    expect(said).toBe('[BAD_ARGUMENT] --suite="other" is not known. Choose named or family.\n');
  });

  it('ends with status 2, the line and the rule for a trace that goes back in time', async () => {
    const file = join(folder, 'back.csv');
    const rows = ['2023-11-16 18:15:47.0,1,1', '2023-11-16 18:15:46.0,1,1'];
    await writeFile(file, ['TIMESTAMP,ContextTokens,GeneratedTokens', ...rows, ''].join('\n'));
    const { status, said } = await bench('--suite', 'named', '--trace', `code=${file}`);
    expect(status).toBe(2);
    expect(said).toContain(`[BAD_TRACE] ${file}: Line 3 of the trace`);
    expect(said).toContain('Sort the requests by their time');
  });
});

describe('a family', () => {
  it('tells each strategy beside aimd, who is worst where, and no seed that is secret', async () => {
    const request = benchRequest(
      '--suite family --seed 4711 --secret --count 2 --runs 1 --only aimd,goodput'.split(' '),
    );
    const workers = { ask: (task: Task) => Promise.resolve(answerTask(task, {})) };
    const known = new Map();
    const cache = {
      get: (key: string) => known.get(key),
      set: (key: string, oracle: unknown) => void known.set(key, oracle),
    };
    const results = await runFamily({ workers, cache, traces: {}, traceTag: '', progress: silent }, request, about);
    const json = JSON.parse(jsonReport(results)) as { readonly summary: readonly object[] };
    const figures = ['mean', 'median', 'p10', 'p01', 'worst', 'geomean', 'oom', 'spread'];
    expect(json.summary.map((row) => Object.keys(row))).toEqual(
      [1, 2].map(() => expect.arrayContaining(['name', 'default', ...figures])),
    );
    expect(json).toMatchObject({ seeds: [], scenarios: [{ name: '1-0' }, { name: '1-1' }] });
    expect(results.reference?.summary.mean).toBeGreaterThan(0.3);
    expect(results.reference?.summary.mean).toBeLessThanOrEqual(1);
    expect(results.sections?.map(({ title }) => title)).toEqual([
      'Where goodput is worst',
      'Beside aimd, scenario by scenario',
      'Targets of goodput, the default',
    ]);
    expect(`${jsonReport(results)}${textReport(results)}`).not.toContain('4711');
  });
});
