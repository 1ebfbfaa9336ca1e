import type { Ending } from '../ending.ts';
import type { Identity } from '../identity.ts';
import type { JobFields } from '../job-fields.ts';
import { threw } from '../user-code/error-text.ts';
import type { ExitGuard } from '../user-code/exit-guard.ts';
import type { HandlerObject } from '../user-code/handler-object.ts';
import { jsonCopy } from '../user-code/json.ts';
import { runUserCode } from '../user-code/run.ts';
import { ChunkWindow } from './chunk-window.ts';
import { chunkWindow, encodeFrame, maxFrameBytes, type FromChild, type ToChild } from './frames.ts';

export interface ChildJobsOptions {
  readonly code: HandlerObject;
  readonly guard: ExitGuard;
  readonly identity: Identity;
  readonly write: (line: string) => void;
}

interface Running {
  readonly stop: AbortController;
  readonly window: ChunkWindow;
}

/** The jobs of an isolated JavaScript handler, in its process. */
export class ChildJobs {
  readonly #options: ChildJobsOptions;
  readonly #running = new Map<number, Running>();

  constructor(options: ChildJobsOptions) {
    this.#options = options;
  }

  take(frame: ToChild): void {
    switch (frame.type) {
      case 'job':
        void this.#run(frame.run, frame.job, frame.deadline);
        return;
      case 'cancel':
        return this.#running.get(frame.run)?.stop.abort('cancelled');
      case 'stored':
        return this.#running.get(frame.run)?.window.stored();
      case 'modify':
        void this.#modify(frame.call, frame.current);
        return;
      case 'close':
        return close();
    }
  }

  async #run(run: number, job: JobFields, deadline: number | undefined): Promise<void> {
    const { code, guard, identity } = this.#options;
    const running = { stop: new AbortController(), window: new ChunkWindow(chunkWindow) };
    this.#running.set(run, running);
    const send = (frame: FromChild): void => {
      if (this.#running.has(run)) this.#write(frame);
    };
    const warn = (message: string): void => send({ type: 'log', level: 'warn', message, run });
    const context = {
      signal: running.stop.signal,
      attempt: Number(job['attempt']),
      ...(deadline !== undefined && { deadline }),
      ...(typeof job['traceparent'] === 'string' && { traceparent: job['traceparent'] }),
      ...(typeof job['tracestate'] === 'string' && { tracestate: job['tracestate'] }),
      progress: (data: unknown): void => {
        const copied = jsonCopy(data, 'progress');
        if (copied.ok) send({ type: 'progress', run, data: copied.json ?? null });
        else warn(`progress was dropped: ${copied.problem}`);
      },
    };
    const chunk = async (data: unknown): Promise<Ending | undefined> => {
      const tooLarge = this.#write({ type: 'chunk', run, data });
      if (tooLarge !== undefined) return tooLarge;
      await running.window.sent(running.stop.signal);
      return undefined;
    };
    const guarded = { run, warn, uncaught: (error: unknown) => threw(error, identity) };
    const ending = await guard.run(guarded, () => runUserCode(code, { job, context, identity, warn, chunk }));
    this.#running.delete(run);
    const tooLarge = this.#write({ type: 'end', run, ending });
    if (tooLarge !== undefined) this.#write({ type: 'end', run, ending: tooLarge });
  }

  /** Writes nothing where the frame is above the limit. */
  #write(frame: FromChild): Ending | undefined {
    const line = encodeFrame(frame);
    const bytes = Buffer.byteLength(line);
    if (bytes > maxFrameBytes) {
      const message = `the result has ${bytes} bytes, above the limit of ${maxFrameBytes}. Store it elsewhere and return its address.`;
      return { ok: false, errorType: 'bad-output', message };
    }
    this.#options.write(line);
    return undefined;
  }

  async #modify(call: number, current: number): Promise<void> {
    const answer = await this.#answer(current);
    this.#write({ type: 'modified', call, ...answer });
  }

  async #answer(current: number): Promise<{ readonly returned: number } | { readonly invalid: string }> {
    try {
      const returned: unknown = await this.#options.code.concurrencyModifier?.(current);
      if (typeof returned !== 'number') return { invalid: returned === null ? 'null' : typeof returned };
      return Number.isFinite(returned) ? { returned } : { invalid: String(returned) };
    } catch (error) {
      return { invalid: `threw ${String(error)}`.slice(0, 200) };
    }
  }
}

/** The user's SIGTERM handler has its turn; a process without one ends here. */
function close(): void {
  if (!process.emit('SIGTERM', 'SIGTERM')) process.exit(0);
}
