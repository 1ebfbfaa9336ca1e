import { Controller, Get, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { batchSize, parsePing } from '#libs/runpod';
import { WORKER_PROTOCOL } from '../tokens.ts';
import { caller, posted } from './called.ts';
import type { WorkerProtocol } from './worker-protocol.ts';

/** RunPod's job protocol as its workers speak it. */
@Controller('v2/:endpoint')
export class WorkerCallsController {
  readonly #protocol: WorkerProtocol;

  constructor(@Inject(WORKER_PROTOCOL) protocol: WorkerProtocol) {
    this.#protocol = protocol;
  }

  /** One job, or a list where a `batch_size` asks for one. */
  @Get(['job-take/:worker', 'job-take-batch/:worker'])
  async take(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { id, query } = caller(request);
    const size = batchSize(query);
    const jobs = await this.#protocol.takes.take(id, size ?? 1, reply);
    if (jobs.length === 0) void reply.code(204).send();
    else void reply.send(size === undefined ? jobs[0] : jobs);
  }

  @Get('job-stop/:worker')
  async stop(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const jobsToStop = await this.#protocol.stops.next(caller(request).id, reply);
    if (jobsToStop.length === 0) void reply.code(204).send();
    else void reply.send({ jobsToStop });
  }

  /** The end of a job, or its progress. */
  @Post('job-done/:worker/:job')
  @HttpCode(200)
  async done(@Req() request: FastifyRequest): Promise<object> {
    await this.#protocol.results.done(posted(request));
    return {};
  }

  @Post('job-stream/:worker/:job')
  @HttpCode(200)
  async stream(@Req() request: FastifyRequest): Promise<object> {
    await this.#protocol.results.chunk(posted(request));
    return {};
  }

  @Get('ping/:worker')
  async ping(@Req() request: FastifyRequest): Promise<object> {
    const { id, query } = caller(request);
    await this.#protocol.pings.ping(id, parsePing(query));
    return {};
  }
}
