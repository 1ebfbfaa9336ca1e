import { Body, Controller, Get, Headers, HttpCode, Inject, Param, Post, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { JobView } from '#libs/queue';
import { isFinal, statusBody, syncWait, unfinishedBody, type StatusBody } from '#libs/runpod';
import { clientGone } from './hold.ts';
import type { JobWait } from './job-wait.ts';
import type { Submission } from './submission.ts';
import { JOB_WAIT, SUBMISSION } from './tokens.ts';

type Values = Readonly<Record<string, string>>;

/** Sends jobs and asks for them. Every POST answers 200: RunPod's clients take all else for an error. */
@Controller('v2/:endpoint')
export class JobsController {
  readonly #submission: Submission;
  readonly #jobs: JobWait;

  constructor(@Inject(SUBMISSION) submission: Submission, @Inject(JOB_WAIT) jobs: JobWait) {
    this.#submission = submission;
    this.#jobs = jobs;
  }

  @Post('run')
  @HttpCode(200)
  async run(@Body() body: unknown, @Query() query: Values, @Headers() headers: Values): Promise<StatusBody> {
    return unfinishedBody(await this.#submission.submit({ body, query, headers, sync: false }));
  }

  @Post('runsync')
  @HttpCode(200)
  async runsync(
    @Body() body: unknown,
    @Query() query: Values,
    @Headers() headers: Values,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StatusBody> {
    const wait = syncWait(query['wait']);
    const gone = clientGone(reply);
    const { id } = await this.#submission.submit({ body, query, headers, sync: true });
    return waitedBody(await this.#jobs.end(id, wait, gone));
  }

  @Get('status/:id')
  async getStatus(@Param('id') id: string, @Query('ttl') ttl: unknown): Promise<StatusBody> {
    await this.#jobs.setTtl(id, ttl);
    return statusBody(await this.#jobs.now(id));
  }

  @Post('status/:id')
  @HttpCode(200)
  async postStatus(@Param('id') id: string, @Query('ttl') ttl: unknown): Promise<StatusBody> {
    return await this.getStatus(id, ttl);
  }

  @Get('status-sync/:id')
  async getStatusSync(
    @Param('id') id: string,
    @Query('wait') wait: unknown,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StatusBody> {
    return waitedBody(await this.#jobs.end(id, syncWait(wait), clientGone(reply)));
  }

  @Post('status-sync/:id')
  @HttpCode(200)
  async postStatusSync(
    @Param('id') id: string,
    @Query('wait') wait: unknown,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StatusBody> {
    return await this.getStatusSync(id, wait, reply);
  }
}

function waitedBody(job: JobView): StatusBody {
  return isFinal(job.status) ? statusBody(job) : unfinishedBody(job);
}
