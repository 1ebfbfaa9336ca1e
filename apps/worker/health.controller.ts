import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { healthz, readyz, type HealthAnswer, type HealthFacts } from '#libs/observability';
import { HEALTH_FACTS } from './tokens.ts';

/** `/healthz` and `/readyz`: 200 or 503 with the reasons; no key needed, nothing secret told. */
@Controller()
export class HealthController {
  readonly #facts: () => HealthFacts;

  constructor(@Inject(HEALTH_FACTS) facts: () => HealthFacts) {
    this.#facts = facts;
  }

  @Get('healthz')
  alive(@Res({ passthrough: true }) reply: FastifyReply): HealthAnswer['body'] {
    return answer(reply, healthz(this.#facts()));
  }

  @Get('readyz')
  ready(@Res({ passthrough: true }) reply: FastifyReply): HealthAnswer['body'] {
    return answer(reply, readyz(this.#facts()));
  }
}

function answer(reply: FastifyReply, { status, body }: HealthAnswer): HealthAnswer['body'] {
  void reply.status(status);
  return body;
}
