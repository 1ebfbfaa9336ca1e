import { statSync } from 'node:fs';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { CheckpointReply, CheckpointRequest } from './checkpoint-worker.ts';

export interface CheckpointOptions {
  readonly path: string;
  /** Writers wait until {@link CheckpointOptions.release}. */
  readonly hold: () => void;
  readonly release: () => void;
  readonly report: (event: 'queue-checkpoint-failed', fields: Readonly<Record<string, unknown>>) => void;
}

const pageBytes = 4096;
/** A shorter log is left alone. */
const worthwhileBytes = 4 * 1024 * 1024;
/** A longer one is caught up with while writers wait: a log under steady writing never ends by itself. */
const boundBytes = 64 * 1024 * 1024;
const lookEveryMs = 250;
/** Someone outside reads an old snapshot, so that the log cannot start again: waiting does not help just now. */
const stuckPauseMs = 5000;
const idleAfterMs = 1000;

/**
 * Moves what has been committed from the log into the main file, in a worker thread with a connection of its own, for
 * that takes 10 ms and more of disk time. PASSIVE while there is traffic, TRUNCATE when there is none.
 */
export class Checkpoints {
  readonly #options: CheckpointOptions;
  #worker: Worker | undefined;
  #answer: ((reply: CheckpointReply) => void) | undefined;
  #running: Promise<void> | undefined;
  #lookAfter = 0;
  #idle: NodeJS.Timeout | undefined;
  #committedAt = 0;
  #closed = false;

  constructor(options: CheckpointOptions) {
    this.#options = options;
  }

  /** To be called after every commit. */
  committed(): void {
    const now = performance.now();
    this.#committedAt = now;
    if (this.#closed) return;
    this.#idle ??= setTimeout(() => this.#whenIdle(), idleAfterMs).unref();
    if (now < this.#lookAfter || this.#running !== undefined) return;
    this.#lookAfter = now + lookEveryMs;
    if (this.#logBytes() < worthwhileBytes) return;
    this.#run(() => this.#catchUp());
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#idle);
    await this.#running;
    await this.#worker?.terminate();
  }

  async #catchUp(): Promise<void> {
    const reply = await this.#ask({ mode: 'PASSIVE' });
    if ('error' in reply || reply.log * pageBytes < boundBytes) return;
    await this.#holding({ mode: 'PASSIVE' });
  }

  #whenIdle(): void {
    this.#idle = undefined;
    if (this.#closed) return;
    if (this.#running !== undefined || performance.now() - this.#committedAt < idleAfterMs) {
      this.#idle = setTimeout(() => this.#whenIdle(), idleAfterMs).unref();
      return;
    }
    if (this.#logBytes() < worthwhileBytes) return;
    this.#run(async () => {
      await this.#ask({ mode: 'PASSIVE' });
      await this.#holding({ mode: 'TRUNCATE' });
    });
  }

  /** The rest of the log while nobody writes; then the next writer starts the log anew. */
  async #holding(request: CheckpointRequest): Promise<void> {
    this.#options.hold();
    try {
      const reply = await this.#ask(request);
      const stuck = 'error' in reply || reply.done < reply.log;
      if (stuck) this.#lookAfter = performance.now() + stuckPauseMs;
    } finally {
      this.#options.release();
    }
  }

  #run(work: () => Promise<void>): void {
    this.#running = work().finally(() => {
      this.#running = undefined;
    });
  }

  async #ask(request: CheckpointRequest): Promise<CheckpointReply> {
    const reply = await new Promise<CheckpointReply>((resolve) => {
      this.#answer = resolve;
      const thread = this.#thread();
      // While writers wait for it, it is what keeps the process alive.
      thread.ref();
      thread.postMessage(request, []);
    });
    this.#answer = undefined;
    this.#worker?.unref();
    if ('error' in reply) this.#options.report('queue-checkpoint-failed', { error: reply.error });
    return reply;
  }

  /** Started when first needed; it does not keep the process alive. A dead one is replaced at the next need. */
  #thread(): Worker {
    if (this.#worker !== undefined) return this.#worker;
    const file = new URL(`./checkpoint-worker${extname(import.meta.url)}`, import.meta.url);
    const worker = new Worker(file, { workerData: { path: this.#options.path } });
    worker.on('message', (reply: CheckpointReply) => this.#answer?.(reply));
    const gone = (error: string): void => {
      this.#worker = undefined;
      this.#answer?.({ error });
    };
    worker.on('error', (error) => gone(String(error)));
    worker.on('exit', (code) => gone(`the checkpoint thread ended with code ${code}`));
    this.#worker = worker;
    return worker;
  }

  #logBytes(): number {
    return statSync(`${this.#options.path}-wal`, { throwIfNoEntry: false })?.size ?? 0;
  }
}
