import { parentPort, workerData } from 'node:worker_threads';
import type { Traces } from '#libs/simulation';
import { answerTask } from './answer-task.ts';
import type { Task } from './task.ts';

parentPort?.on('message', (task: Task) => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
  parentPort?.postMessage(answerTask(task, workerData as Traces));
});
