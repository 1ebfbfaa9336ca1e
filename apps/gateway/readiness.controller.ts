import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Queue } from '#libs/queue';
import { QUEUE } from './tokens.ts';

interface Health {
  readonly status: 'ok' | 'unavailable';
  readonly reasons: readonly string[];
}

/** A gateway that cannot reach its queue is alive, and sends nobody away for good; it should get no requests meanwhile. */
@Controller()
export class ReadinessController {
  readonly #queue: Queue;

  constructor(@Inject(QUEUE) queue: Queue) {
    this.#queue = queue;
  }

  @Get('healthz')
  alive(): Health {
    return { status: 'ok', reasons: [] };
  }

  @Get('readyz')
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<Health> {
    const answered = await Promise.race([
      this.#queue.depth().then(
        () => true,
        () => false,
      ),
      after(2000),
    ]);
    if (answered) return { status: 'ok', reasons: [] };
    void reply.status(503);
    return { status: 'unavailable', reasons: ['the queue does not answer'] };
  }
}

function after(ms: number): Promise<false> {
  return new Promise((resolve) => setTimeout(() => resolve(false), ms).unref());
}
