import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Traces } from '#libs/simulation';
import type { Answer, Task } from './task.ts';

/** Whoever works on tasks; in specs, without threads. */
export interface Workers {
  ask(task: Task): Promise<Answer>;
}

/** As many threads as cores, each busy with one task at a time; the rest waits in order. */
export class Threads implements Workers {
  readonly #idle: Worker[];
  readonly #all: readonly Worker[];
  readonly #waiting: ((worker: Worker) => void)[] = [];

  constructor(traces: Traces = {}, count = availableParallelism()) {
    const script = new URL('./thread.ts', import.meta.url);
    this.#all = Array.from({ length: count }, () => new Worker(script, { workerData: traces }));
    this.#idle = [...this.#all];
  }

  async ask(task: Task): Promise<Answer> {
    const worker = this.#idle.pop() ?? (await new Promise<Worker>((resolve) => this.#waiting.push(resolve)));
    const answer = await new Promise<Answer>((resolve, reject) => {
      worker.once('message', (told: Answer) => {
        worker.off('error', reject);
        resolve(told);
      });
      worker.once('error', reject);
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
      worker.postMessage(task);
    });
    const next = this.#waiting.shift();
    if (next === undefined) this.#idle.push(worker);
    else next(worker);
    return answer;
  }

  async close(): Promise<void> {
    await Promise.all(this.#all.map((worker) => worker.terminate()));
  }
}
