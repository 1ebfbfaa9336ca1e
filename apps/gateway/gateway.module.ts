import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import type { Emit, Tracing } from '#libs/observability';
import type { Queue } from '#libs/queue';
import type { WorkerCounts } from '#libs/runpod';
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
  EMIT,
  JOB_WAIT,
  OPENAI_ANSWER,
  QUEUE,
  SHUTDOWN,
  SUBMISSION,
  WEBHOOKS,
  WORKER_COUNTS,
} from './tokens.ts';
import { UnknownController } from './unknown.controller.ts';
import { AddressCheck, type Lookup } from './webhooks/address-check.ts';
import { WebhookDeliverer } from './webhooks/deliverer.ts';
import { WebhookPost } from './webhooks/post.ts';

export interface GatewayOptions {
  /** Opened and closed by the application. */
  readonly queue: Queue;
  readonly settings: GatewaySettings;
  readonly emit: Emit;
  /** Where tracing is on. */
  readonly tracing?: Tracing | undefined;
  /** The workers of this endpoint now, for `/health`. */
  readonly workerCounts: () => WorkerCounts;
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
    const { queue, settings, emit, tracing, workerCounts, now = Date.now, lookup, webhookDelays } = options;
    const check = new AddressCheck({
      allowPrivate: settings.http.webhookPrivate,
      ...(lookup === undefined ? {} : { lookup }),
    });
    return {
      module: GatewayModule,
      controllers: [JobsController, StreamController, EndpointController, OpenaiController, UnknownController],
      providers: [
        { provide: QUEUE, useValue: queue },
        { provide: EMIT, useValue: emit },
        { provide: WORKER_COUNTS, useValue: workerCounts },
        { provide: APP_FILTER, useFactory: () => new RefusalFilter(emit) },
        { provide: SHUTDOWN, useFactory: () => new Shutdown() },
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
