import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Window, type Job } from '#libs/core';
import type { AttemptContext, AttemptResult, Handler } from '#libs/handlers';
import type { FlyballEvent } from '#libs/observability';
import { openRunpodQueue, type RunpodQueue, type RunpodQueueOptions, type RunpodVariables } from '#libs/queue';
import { systemClock } from '#libs/runtime';
import { Gate } from '../../../libs/runtime/gate.ts';
import { WorkerLoop } from '../../../libs/runtime/worker-loop.ts';

export type Run = (job: Job, context: AttemptContext) => Promise<AttemptResult | void>;

export interface RemoteWorkerOptions extends Partial<Omit<RunpodQueueOptions, 'variables' | 'outbox'>> {
  readonly variables: RunpodVariables;
  readonly limit: number;
  readonly run: Run;
  readonly outbox?: Partial<RunpodQueueOptions['outbox']>;
}

export type Noticed = { readonly event: string } & Readonly<Record<string, unknown>>;

/** The real worker loop on the hosted queue, with a handler that a test gives. */
export class RemoteWorker {
  readonly queue: RunpodQueue;
  readonly gate: Gate;
  readonly loop: WorkerLoop;
  readonly notices: readonly Noticed[];
  readonly events: readonly FlyballEvent[];
  readonly #folder: string;

  private constructor(
    parts: Pick<RemoteWorker, 'queue' | 'gate' | 'loop' | 'notices' | 'events'> & { folder: string },
  ) {
    this.queue = parts.queue;
    this.gate = parts.gate;
    this.loop = parts.loop;
    this.notices = parts.notices;
    this.events = parts.events;
    this.#folder = parts.folder;
  }

  static async start(options: RemoteWorkerOptions): Promise<RemoteWorker> {
    const { limit, run, outbox, ...rest } = options;
    const folder = mkdtempSync(join(tmpdir(), 'flyball-runpod-'));
    const notices: Noticed[] = [];
    const queue = await openRunpodQueue({
      flushMs: 1000,
      report: (event, fields) => void notices.push({ event, ...fields }),
      ...rest,
      outbox: { folder, pauses: { first: 20, most: 200 }, ...outbox },
    });
    const clock = systemClock();
    const gate = new Gate(limit, clock);
    const events: FlyballEvent[] = [];
    const loop = new WorkerLoop({
      source: queue,
      handler: handlerOf(run),
      gate,
      window: new Window(),
      clock,
      emit: (event) => void events.push(event),
      attempts: 2,
      latencyTarget: undefined,
    });
    loop.start();
    return new RemoteWorker({ queue, gate, loop, notices, events, folder });
  }

  /** As the process does at SIGTERM. */
  async stop(drainMs = 0): Promise<void> {
    this.queue.stopTaking();
    await this.loop.drain(drainMs);
    await this.queue.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Succeeds with what `run` answers with, or with nothing. */
function handlerOf(run: Run): Handler {
  return {
    kind: 'module',
    ready: true,
    start: async () => ({ hasModifier: false, sync: false }),
    run: async (job, context) => (await run(job, context)) ?? { outcome: 'succeeded', output: { of: job.id } },
    modify: () => Promise.reject(new Error('no modifier')),
    close: async () => undefined,
  };
}
