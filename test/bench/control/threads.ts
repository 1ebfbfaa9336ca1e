import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Answer, Task } from './task.ts';

/** As many threads as cores, each busy with one task at a time. */
export class Threads {
  readonly #idle: Worker[] = [];
  readonly #workers: Worker[];
  readonly #waiting: (() => void)[] = [];

  constructor(count = availableParallelism()) {
    this.#workers = Array.from({ length: count }, () => new Worker(new URL('./thread.ts', import.meta.url)));
    this.#idle.push(...this.#workers);
  }

  async ask(task: Task): Promise<Answer> {
    if (this.#idle.length === 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    const worker = this.#idle.pop()!;
    try {
      return await new Promise<Answer>((resolve, reject) => {
        worker.once('message', (answer: Answer) => {
          worker.off('error', reject);
          resolve(answer);
        });
        worker.once('error', reject);
        worker.postMessage(task);
      });
    } finally {
      this.#idle.push(worker);
      this.#waiting.shift()?.();
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }
}
