import { Controller, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import type { Fleet, Queue } from '#libs/queue';
import { cancelBody, healthBody, workerCounts, type HealthBody, type StatusBody } from '#libs/runpod';
import type { ChunkDrain } from './chunk-drain.ts';
import type { JobWait } from './job-wait.ts';
import { Refusal, unknownJob } from './refusal.ts';
import { CHUNK_DRAIN, FLEET, JOB_WAIT, QUEUE } from './tokens.ts';

interface Purged {
  readonly removed: number;
  readonly status: 'completed';
}

/** Changes jobs and the queue, and tells how they are. */
@Controller('v2/:endpoint')
export class EndpointController {
  readonly #queue: Queue;
  readonly #jobs: JobWait;
  readonly #drain: ChunkDrain;
  readonly #fleet: Fleet;

  constructor(
    @Inject(QUEUE) queue: Queue,
    @Inject(JOB_WAIT) jobs: JobWait,
    @Inject(CHUNK_DRAIN) drain: ChunkDrain,
    @Inject(FLEET) fleet: Fleet,
  ) {
    this.#queue = queue;
    this.#jobs = jobs;
    this.#drain = drain;
    this.#fleet = fleet;
  }

  @Post('cancel/:id')
  @HttpCode(200)
  async cancel(@Param('id') id: string): Promise<StatusBody> {
    const job = await this.#queue.cancel(id);
    if (job === undefined || job.expired) throw unknownJob();
    return cancelBody(job);
  }

  @Post('retry/:id')
  @HttpCode(200)
  async retry(@Param('id') id: string): Promise<StatusBody> {
    await this.#jobs.now(id);
    const answer = await this.#queue.retry(id);
    if (answer === undefined) throw unknownJob();
    if (!answer.retried) {
      throw new Refusal(
        400,
        `The job is ${answer.job.status}. Only FAILED and TIMED_OUT jobs can be retried: send a new /run.`,
      );
    }
    this.#drain.forget(id);
    return { id, status: answer.job.status };
  }

  @Post('purge-queue')
  @HttpCode(200)
  async purgeQueue(): Promise<Purged> {
    return { removed: await this.#queue.purge(), status: 'completed' };
  }

  @Get('health')
  async health(): Promise<HealthBody> {
    const [jobs, workers] = await Promise.all([this.#queue.counters(), this.#fleet.workers()]);
    return healthBody(jobs, workerCounts(workers));
  }
}
