import { Controller, Get, HttpCode, Inject, Param, Post, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { streamWait, type StreamBody } from '#libs/runpod';
import type { ChunkDrain } from './chunk-drain.ts';
import { CHUNK_DRAIN } from './tokens.ts';

/** Gives the chunks since the last call, held for a moment while there are none. */
@Controller('v2/:endpoint/stream')
export class StreamController {
  readonly #drain: ChunkDrain;

  constructor(@Inject(CHUNK_DRAIN) drain: ChunkDrain) {
    this.#drain = drain;
  }

  @Get(':id')
  async get(
    @Param('id') id: string,
    @Query('wait') wait: unknown,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamBody> {
    return await this.#drain.answer(id, streamWait(wait), reply);
  }

  @Post(':id')
  @HttpCode(200)
  async post(
    @Param('id') id: string,
    @Query('wait') wait: unknown,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamBody> {
    return await this.get(id, wait, reply);
  }
}
