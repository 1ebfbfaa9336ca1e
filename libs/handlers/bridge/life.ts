import { FlyballError, type Job } from '#libs/core';
import type { AttemptContext, AttemptResult, HandlerFacts, HandlerListener } from '../contract.ts';
import { Attempts } from './attempts.ts';
import { HandlerChild, type Command } from './child-process.ts';
import type { Death } from './exit-cause.ts';
import { warnFrameBytes, type FromChild } from './frames.ts';
import { readLogLine } from './log-line.ts';
import { StartLines } from './start-lines.ts';

export interface LifeOptions {
  readonly command: Command;
  readonly graceMs: number;
  readonly listener: HandlerListener;
}

/** One life of a handler's process: from its start to its death, with the attempts that ran in it. */
export class Life {
  /** Rejects with a FlyballError when it dies, or says that it cannot start, before it is ready. */
  readonly ready: Promise<HandlerFacts>;
  /** Resolves when no job may be given to it any more. */
  readonly left: Promise<unknown>;
  readonly dead: Promise<Death>;
  readonly #child: HandlerChild;
  readonly #attempts: Attempts;
  readonly #lines: StartLines;
  readonly #listener: HandlerListener;
  readonly #calls = new Map<number, (answer: unknown) => void>();
  readonly #started = Promise.withResolvers<HandlerFacts>();
  #lastCall = 0;

  constructor({ command, graceMs, listener }: LifeOptions) {
    this.#listener = listener;
    this.#lines = new StartLines((line) => listener({ state: 'log', ...line }));
    this.#attempts = new Attempts({
      graceMs,
      send: (frame) => this.#child.send(frame),
      stuck: (jobId, afterMs) => this.#replace(jobId, afterMs),
    });
    this.#child = new HandlerChild(command, {
      frame: (frame, bytes) => this.#take(frame, bytes),
      line: (text, stream) => this.#lines.take(text, stream),
    });
    this.ready = this.#started.promise;
    this.left = this.#child.left;
    this.dead = this.#child.gone.then((death) => this.#died(death));
  }

  get inFlight(): number {
    return this.#attempts.count;
  }

  async run(job: Job, context: AttemptContext): Promise<AttemptResult> {
    return this.#attempts.run(job, context);
  }

  async modify(current: number): Promise<unknown> {
    const call = (this.#lastCall += 1);
    const { promise, resolve } = Promise.withResolvers<unknown>();
    this.#calls.set(call, resolve);
    this.#child.send({ type: 'modify', call, current });
    return promise;
  }

  kill(): void {
    this.#child.kill();
  }

  /** Ends it; what is left after the grace is killed. */
  async close(graceMs: number, death: Death): Promise<void> {
    this.#child.expect(death);
    await this.#child.close(graceMs);
  }

  #take(frame: FromChild, bytes: number): void {
    switch (frame.type) {
      case 'ready':
        this.#lines.ready();
        return this.#started.resolve(frame.facts);
      case 'refused':
        return this.#started.reject(new FlyballError(frame.code, frame.message));
      case 'modified': {
        const { call, returned, invalid } = frame;
        this.#calls.get(call)?.(returned ?? { invalid });
        this.#calls.delete(call);
        return;
      }
      case 'log':
        return this.#log(frame);
      case 'printed':
        return this.#printed(frame);
      case 'progress':
      case 'chunk':
      case 'end': {
        if (bytes > warnFrameBytes) this.#warnLarge(frame.run, bytes);
        return this.#attempts.take(frame);
      }
    }
  }

  #log({ level, message, run }: Extract<FromChild, { type: 'log' }>): void {
    const jobId = run === undefined ? undefined : this.#attempts.jobId(run);
    this.#listener({ state: 'log', level, message, ...(jobId !== undefined && { jobId }) });
  }

  #printed({ line, run }: Extract<FromChild, { type: 'printed' }>): void {
    const jobId = this.#attempts.jobId(run);
    this.#listener({ state: 'log', ...(jobId !== undefined && { jobId }), ...readLogLine(line) });
  }

  #warnLarge(run: number, bytes: number): void {
    const message = `a result of ${bytes} bytes is above RunPod's limit of 20 MB; store it elsewhere and return its address`;
    this.#log({ type: 'log', level: 'warn', message, run });
  }

  #replace(jobId: string, afterMs: number): void {
    const detail = `was replaced: job ${jobId} did not end within ${Math.round(afterMs)} ms of its stop`;
    this.#child.expect({ cause: 'unresponsive', detail });
    this.#child.kill();
  }

  #died(death: Death): Death {
    this.#lines.failed();
    const message = `the handler's process ${death.detail}`;
    const failed = new FlyballError(
      'HANDLER_FAILED',
      `${message} before it was ready. Run the handler by itself to see why.`,
    );
    this.#started.reject(failed);
    const bySelf = death.cause === 'exit' || death.cause === 'out-of-memory';
    this.#attempts.lost(message, bySelf ? 'itself' : 'us');
    for (const answer of this.#calls.values()) answer({ invalid: message });
    return death;
  }
}
