import { parentPort } from 'node:worker_threads';
import { oracleOf } from './oracle.ts';
import { runOnce } from './run-once.ts';
import { scenarioOf } from './scenario-of.ts';
import { subjectOf } from './subjects.ts';
import type { Answer, Task } from './task.ts';

parentPort?.on('message', (task: Task) => parentPort?.postMessage(answer(task)));

function answer(task: Task): Answer {
  const scenario = scenarioOf(task.scenario);
  if (task.kind === 'oracle') return { oracle: oracleOf(scenario, task.seeds) };
  const subject = subjectOf(task.subject);
  const { hints, rate } = task;
  return { runs: task.seeds.map((seed) => runOnce(scenario, subject, { seed, hints }, rate)) };
}
