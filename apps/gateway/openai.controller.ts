import { Body, Controller, Get, Headers, HttpCode, Inject, Param, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { openaiInput, wantsStream } from '#libs/runpod';
import type { OpenaiAnswer } from './openai-answer.ts';
import type { Submission } from './submission.ts';
import { OPENAI_ANSWER, SUBMISSION } from './tokens.ts';

type Values = Readonly<Record<string, string>>;

/** An OpenAI server in front of the queue: each request is a job, as RunPod's vLLM worker takes it. */
@Controller('v2/:endpoint/openai/v1')
export class OpenaiController {
  readonly #submission: Submission;
  readonly #answer: OpenaiAnswer;

  constructor(@Inject(SUBMISSION) submission: Submission, @Inject(OPENAI_ANSWER) answer: OpenaiAnswer) {
    this.#submission = submission;
    this.#answer = answer;
  }

  @Get('*')
  async get(@Param('*') path: string, @Headers() headers: Values, @Res() reply: FastifyReply): Promise<void> {
    await this.post(path, undefined, headers, reply);
  }

  @Post('*')
  @HttpCode(200)
  async post(
    @Param('*') path: string,
    @Body() body: unknown,
    @Headers() headers: Values,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const input = openaiInput(path, body);
    const { id } = await this.#submission.submit({ body: { input }, query: {}, headers, sync: true });
    await this.#answer.send(id, wantsStream(body), reply);
  }
}
