import type { Traces } from '#libs/simulation';
import { oracleOf } from './oracle.ts';
import { runOnce } from './run-once.ts';
import { scenarioOf } from './scenario-of.ts';
import { subjectOf } from './subjects.ts';
import type { Answer, Task } from './task.ts';

export function answerTask(task: Task, traces: Traces): Answer {
  const scenario = scenarioOf(task.scenario, traces);
  if (task.kind === 'oracle') return { oracle: oracleOf(scenario, task.seeds) };
  const subject = subjectOf(task.subject);
  const { hints, rate } = task;
  return {
    runs: task.seeds.map((seed, index) =>
      runOnce(scenario, subject, { seed, hints, rate, curve: task.curve && index === 0 }),
    ),
  };
}
