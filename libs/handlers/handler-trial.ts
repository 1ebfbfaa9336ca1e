import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Job } from '#libs/core';
import type { AttemptResult, Handler, HandlerFacts, HandlerState } from './contract.ts';
import { createHandler } from './create-handler.ts';
import type { HandlerOptions } from './options.ts';
import type { HandlerObject } from './user-code/handler-object.ts';

/** A file that is there until the test ends. */
export function handlerFile(name: string, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'flyball-handler-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** A real handler in a spec, with all it says; closed when the test ends. */
export class HandlerTrial {
  readonly handler: Handler;
  readonly states: HandlerState[] = [];
  readonly #watchers = new Set<() => void>();

  constructor(source: string | HandlerObject, options: Partial<HandlerOptions> = {}) {
    const identity = { workerId: 'worker-1', endpointId: 'local' };
    this.handler = createHandler(source, { ...identity, graceMs: 200, ...options }, (state) => {
      this.states.push(state);
      for (const look of this.#watchers) look();
    });
    onTestFinished(() => this.handler.close(5000));
  }

  async start(): Promise<HandlerFacts> {
    return this.handler.start(new AbortController().signal);
  }

  attempt(input: unknown, job: Partial<Job> = {}): TrialAttempt {
    return new TrialAttempt(this.handler, { ...plainJob, input, ...job });
  }

  async result(input: unknown, job: Partial<Job> = {}): Promise<AttemptResult> {
    return this.attempt(input, job).result;
  }

  /** The next state of that kind, or one that was already told. */
  async seen(wanted: (state: HandlerState) => boolean): Promise<HandlerState> {
    return new Promise((resolve) => {
      const look = (): void => {
        const found = this.states.find(wanted);
        if (found === undefined) return;
        this.#watchers.delete(look);
        resolve(found);
      };
      this.#watchers.add(look);
      look();
    });
  }

  /** Resolves when it has come up for that many times. */
  async upTimes(count: number): Promise<void> {
    await this.seen(() => this.states.filter(({ state }) => state === 'up').length >= count);
  }

  get warnings(): readonly string[] {
    return this.states.flatMap((state) => (state.state === 'log' && state.level === 'warn' ? [state.message] : []));
  }
}

/** One attempt and what it makes. */
export class TrialAttempt {
  readonly chunks: unknown[] = [];
  readonly progress: unknown[] = [];
  readonly result: Promise<AttemptResult>;
  /** Resolves at the first progress: the job's code is running. */
  readonly begun: Promise<void>;
  readonly #stop = new AbortController();

  constructor(handler: Handler, job: Job) {
    const begun = Promise.withResolvers<void>();
    this.begun = begun.promise;
    this.result = handler.run(job, {
      signal: this.#stop.signal,
      progress: (data) => {
        this.progress.push(data);
        begun.resolve();
      },
      chunk: async (data) => {
        this.chunks.push(data);
      },
    });
  }

  stop(reason: 'cancelled' | 'timeout'): void {
    this.#stop.abort(reason);
  }
}

const plainJob: Job = {
  id: 'job-1',
  input: {},
  extra: {},
  policy: { executionTimeout: 600_000, ttl: 86_400_000, lowPriority: false },
  enqueuedAt: 0,
  attempt: 1,
};
