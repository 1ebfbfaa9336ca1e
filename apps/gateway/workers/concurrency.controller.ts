import { Controller, Get, Header, Inject } from '@nestjs/common';
import { Refusal } from '../refusal.ts';
import { CONCURRENCY } from '../tokens.ts';

/** The limit in force here as one integer, for the concurrency modifier of a worker elsewhere. */
@Controller('concurrency')
export class ConcurrencyController {
  readonly #concurrency: () => number | undefined;

  constructor(@Inject(CONCURRENCY) concurrency: () => number | undefined) {
    this.#concurrency = concurrency;
  }

  @Get()
  @Header('content-type', 'application/json; charset=utf-8')
  get(): string {
    const limit = this.#concurrency();
    if (limit === undefined) {
      throw new Refusal(
        404,
        'No limit is found here: this process runs no jobs itself. Keep the concurrency you have.',
      );
    }
    // The SDK never comes back from 0.
    return String(Math.max(1, Math.floor(limit)));
  }
}
