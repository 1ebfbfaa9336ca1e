import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { answerTask } from './answer-task.ts';
import { namedSeeds } from './named-suite.ts';
import { committedFile, oracleKey } from './oracle-cache.ts';
import type { Oracle } from './oracle.ts';
import { silent } from './progress.ts';
import { namedIds, variantIds } from './scenario-of.ts';
import { runSuite, type Bench } from './suite.ts';
import type { Task } from './task.ts';
import { Threads } from './threads.ts';

const committed = (JSON.parse(readFileSync(committedFile, 'utf8')) as { readonly oracles: Record<string, Oracle> })
  .oracles;
const seeds = namedSeeds(5);

function benchWith(
  oracles: Readonly<Record<string, Oracle>>,
): Bench & { readonly asked: Task[]; readonly known: Map<string, Oracle> } {
  const asked: Task[] = [];
  const known = new Map(Object.entries(oracles));
  const ask = (task: Task) => {
    asked.push(task);
    return Promise.resolve(answerTask(task, {}));
  };
  const cache = {
    get: (key: string) => known.get(key),
    set: (key: string, oracle: Oracle) => void known.set(key, oracle),
  };
  return { workers: { ask }, cache, traces: {}, traceTag: '', progress: silent, asked, known };
}

describe('a suite', () => {
  it('runs each subject on each scenario and compares with the oracle it knows', async () => {
    const bench = benchWith(committed);
    const subjects = ['static-1', 'static-16'];
    const options = { scenarios: ['S1', 'S2'], seeds, hints: false, subjects: () => subjects, curves: true };
    const { scores, curves } = await runSuite(bench, options);
    expect(bench.asked.map(({ kind }) => kind)).toEqual(['runs', 'runs', 'runs', 'runs']);
    expect([...scores.keys()]).toEqual(subjects);
    const [decodes, images] = scores.get('static-16') ?? [];
    expect(decodes?.ratio).toBeGreaterThan(0.8);
    expect(decodes?.ratio).toBeLessThan(0.9);
    expect(images).toMatchObject({ scenario: 'S2', ratio: 0 });
    expect(images?.oom).toBeGreaterThan(10);
    expect(curves.get('S1')?.map(({ subject }) => subject)).toEqual(subjects);
  });

  it('finds an oracle once, and leaves out a scenario in which nobody serves 20 jobs on time', async () => {
    const bench = benchWith({});
    const { best } = committed[oracleKey('S2', seeds)]!;
    bench.known.set(oracleKey('S2', [1]), { best: { ...best, onTime: 19 }, phased: 19, net: { 0: 19, 1: 19, 5: 19 } });
    const options = { scenarios: ['S2', 'S7'], seeds: [1], hints: false, subjects: () => ['static-16'], curves: false };
    const first = await runSuite(bench, options);
    expect([...first.oracles.keys()]).toEqual(['S7']);
    expect(first.scores.get('static-16')).toHaveLength(1);
    await runSuite(bench, options);
    expect(bench.asked.map(({ kind }) => kind)).toEqual(['oracle', 'runs', 'runs']);
  });

  it('gets from a thread what it would compute itself', async () => {
    const threads = new Threads({}, 1);
    const task: Task = {
      kind: 'runs',
      scenario: 'S8',
      subject: 'aimd',
      seeds: [101],
      hints: false,
      rate: 0.011,
      curve: true,
    };
    try {
      const [one, two] = await Promise.all([threads.ask(task), threads.ask(task)]);
      expect(one).toEqual(answerTask(task, {}));
      expect(two).toEqual(one);
    } finally {
      await threads.close();
    }
  });
});

it('has the best fixed limits of all named scenarios and variants in the clone', () => {
  const missing = [...namedIds, ...variantIds].filter((id) => committed[oracleKey(id, seeds)] === undefined);
  expect(missing).toEqual([]);
});
