import { AsyncLocalStorage } from 'node:async_hooks';
import type { Ending } from '../ending.ts';

/** What a guarded job is told when its code exits or throws where nobody awaits it. */
export interface GuardedJob {
  /** The number of its attempt, where it runs in a process of its own. */
  readonly run?: number;
  readonly uncaught: (error: unknown) => Ending;
  readonly warn: (message: string) => void;
}

interface Slot extends GuardedJob {
  readonly end: (ending: Ending) => void;
}

/**
 * While installed, `process.exit` and uncaught errors that come from a job's code end that job instead of this process.
 * The asynchronous context tells which job it was; calls and errors from elsewhere keep their usual effect.
 */
export class ExitGuard {
  readonly #jobs = new AsyncLocalStorage<Slot>();

  /** @returns how to remove it */
  install(): () => void {
    const before = Object.getOwnPropertyDescriptor(process, 'exit');
    const exit: Exit = process.exit.bind(process);
    const guarded = (code?: number | string | null): never => this.#exit(code, exit);
    process.exit = guarded;
    // A capture callback, as listeners could not keep other listeners from ending the process.
    const captures = !process.hasUncaughtExceptionCaptureCallback();
    if (captures) process.setUncaughtExceptionCaptureCallback((error: unknown) => this.#uncaught(error, exit));
    return () => {
      if (process.exit === guarded && before !== undefined) Object.defineProperty(process, 'exit', before);
      if (captures) process.setUncaughtExceptionCaptureCallback(null);
    };
  }

  /** Ends with the work, or earlier with what the job's code did. */
  async run(job: GuardedJob, work: () => Promise<Ending>): Promise<Ending> {
    const ended = Promise.withResolvers<Ending>();
    const slot: Slot = { ...job, end: ended.resolve };
    this.#jobs.run(slot, () => void work().then(ended.resolve, ended.reject));
    return ended.promise;
  }

  /** Runs our own code, whose errors are not the job's. */
  outside<T>(work: () => T): T {
    return this.#jobs.exit(work);
  }

  /** The job whose code is running. */
  current(): GuardedJob | undefined {
    return this.#jobs.getStore();
  }

  #exit(code: number | string | null | undefined, exit: Exit): never {
    const slot = this.#jobs.getStore();
    if (slot === undefined) return exit(code);
    const message = `handler called process.exit(${code ?? ''})`;
    slot.end({ ok: false, errorType: 'handler-exited', message });
    slot.warn(message);
    // Nothing after the call may run, as nothing would have.
    throw new HandlerExit(message);
  }

  #uncaught(error: unknown, exit: Exit): void {
    if (error instanceof HandlerExit) return;
    const slot = this.#jobs.getStore();
    if (slot !== undefined) {
      slot.end(slot.uncaught(error));
      slot.warn(`uncaught in the handler: ${error instanceof Error ? error.message : String(error)}`);
      return;
    }
    const uncaught = error instanceof Error ? error : new Error(String(error));
    const events: NodeJS.EventEmitter = process;
    if (events.emit('uncaughtException', uncaught, 'uncaughtException')) return;
    process.stderr.write(`Uncaught ${uncaught.stack ?? uncaught.message}\n`);
    exit(1);
  }
}

type Exit = (code?: number | string | null) => never;

class HandlerExit extends Error {}
