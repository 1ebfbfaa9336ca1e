import { Controller, Get, Headers, Inject, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { explanationText, type Explanation } from '#libs/observability';
import { answered } from './answered.ts';
import type { Decisions, DecisionsAnswer } from './decisions.ts';
import { DECISIONS } from './tokens.ts';
import { wantsText } from './wants-text.ts';

/** What `/controller` decided and why. Every route needs an operator's key where keys are set. */
@Controller('controller')
export class DecisionsController {
  readonly #decisions: Decisions;

  constructor(@Inject(DECISIONS) decisions: Decisions) {
    this.#decisions = decisions;
  }

  /** `?since=TIME&limit=N`: the newest N after TIME, oldest first. */
  @Get('decisions')
  decisions(@Query() query: Readonly<Record<string, unknown>>): DecisionsAnswer {
    return answered(() => this.#decisions.list(query));
  }

  /** `?at=TIME`; JSON, or the text of the terminal for `Accept: text/plain`. */
  @Get('explain')
  explain(
    @Query() query: Readonly<Record<string, unknown>>,
    @Headers('accept') accept = '',
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Explanation | string {
    const explanation = answered(() => this.#decisions.explain(query));
    if (!wantsText(accept)) return explanation;
    void reply.header('content-type', 'text/plain; charset=utf-8');
    return `${explanationText(explanation)}\n`;
  }
}
