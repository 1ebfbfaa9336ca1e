import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import type { Emit, Tracing } from '#libs/observability';
import type { Fleet, Queue } from '#libs/queue';
import { ChunkDrain } from './chunk-drain.ts';
import { EndpointController } from './endpoint.controller.ts';
import { JobWait } from './job-wait.ts';
import { JobsController } from './jobs.controller.ts';
import { OpenaiAnswer } from './openai-answer.ts';
import { OpenaiController } from './openai.controller.ts';
import { RefusalFilter } from './refusal.filter.ts';
import type { GatewaySettings } from './settings.ts';
import { Shutdown } from './shutdown.ts';
import { StreamController } from './stream.controller.ts';
import { Submission } from './submission.ts';
import {
  CHUNK_DRAIN,
  CONCURRENCY,
  EMIT,
  FLEET,
  JOB_WAIT,
  OPENAI_ANSWER,
  QUEUE,
  SHUTDOWN,
  SUBMISSION,
  WEBHOOKS,
  WORKER_PROTOCOL,
} from './tokens.ts';
import { UnknownController } from './unknown.controller.ts';
import { AddressCheck, type Lookup } from './webhooks/address-check.ts';
import { WebhookDeliverer } from './webhooks/deliverer.ts';
import { WebhookPost } from './webhooks/post.ts';
import { ConcurrencyController } from './workers/concurrency.controller.ts';
import { defaultWorkerTimes, type WorkerTimes } from './workers/times.ts';
import { WorkerCallsController } from './workers/worker-calls.controller.ts';
import { WorkerProtocol } from './workers/worker-protocol.ts';

export interface GatewayOptions {
  /** Opened and closed by the application. */
  readonly queue: Queue;
  readonly settings: GatewaySettings;
  readonly emit: Emit;
  /** Where tracing is on. */
  readonly tracing?: Tracing | undefined;
  /** The workers of this endpoint: those that call here are reported to it, `/health` counts all. */
  readonly fleet: Fleet;
  /** The limit in force in this process, for workers elsewhere that ask for one; absent where it runs no jobs. */
  readonly concurrency?: () => number | undefined;
  /** How patient to be with workers. */
  readonly workerTimes?: Partial<WorkerTimes>;
  /** Wall clock, ms since 1970. */
  readonly now?: () => number;
  /** Looks up the hosts of webhooks. */
  readonly lookup?: Lookup;
  /** When a failed webhook is sent again, ms after its first try. */
  readonly webhookDelays?: readonly number[];
}

/** RunPod's public endpoint API on a queue. Serve it with the adapter of `createGatewayAdapter`. */
@Module({})
export class GatewayModule {
  static register(options: GatewayOptions): DynamicModule {
    const { queue, settings, emit, tracing, fleet, now = Date.now, lookup, webhookDelays } = options;
    const { concurrency = () => undefined, workerTimes } = options;
    const check = new AddressCheck({
      allowPrivate: settings.http.webhookPrivate,
      ...(lookup === undefined ? {} : { lookup }),
    });
    return {
      module: GatewayModule,
      controllers: [
        JobsController,
        StreamController,
        EndpointController,
        OpenaiController,
        WorkerCallsController,
        ConcurrencyController,
        UnknownController,
      ],
      providers: [
        { provide: QUEUE, useValue: queue },
        { provide: EMIT, useValue: emit },
        { provide: FLEET, useValue: fleet },
        { provide: CONCURRENCY, useValue: concurrency },
        {
          provide: APP_FILTER,
          useFactory: ({ results }: WorkerProtocol) => new RefusalFilter(emit, results),
          inject: [WORKER_PROTOCOL],
        },
        { provide: SHUTDOWN, useFactory: () => new Shutdown() },
        {
          provide: WORKER_PROTOCOL,
          useFactory: ({ signal }: Shutdown) =>
            new WorkerProtocol({
              queue,
              fleet,
              emit,
              now,
              shutdown: signal,
              hold: settings.http.takeHold,
              times: { ...defaultWorkerTimes, ...workerTimes },
            }),
          inject: [SHUTDOWN],
        },
        { provide: SUBMISSION, useFactory: () => new Submission({ queue, webhooks: check, emit, tracing }) },
        {
          provide: JOB_WAIT,
          useFactory: ({ signal }: Shutdown) => new JobWait({ queue, emit, shutdown: signal }),
          inject: [SHUTDOWN],
        },
        {
          provide: CHUNK_DRAIN,
          useFactory: (jobs: JobWait, { signal }: Shutdown) =>
            new ChunkDrain({ queue, jobs, emit, now, shutdown: signal }),
          inject: [JOB_WAIT, SHUTDOWN],
        },
        {
          provide: OPENAI_ANSWER,
          useFactory: (jobs: JobWait, { signal }: Shutdown) =>
            new OpenaiAnswer({ queue, jobs, emit, shutdown: signal }),
          inject: [JOB_WAIT, SHUTDOWN],
        },
        {
          provide: WEBHOOKS,
          useFactory: () =>
            new WebhookDeliverer({
              queue,
              emit,
              tracing,
              post: new WebhookPost(check),
              ...(webhookDelays === undefined ? {} : { delays: webhookDelays }),
            }),
        },
      ],
    };
  }
}
