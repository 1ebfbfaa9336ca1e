import { Controller, Get, HttpException, Inject } from '@nestjs/common';
import { HEALTH } from './tokens.ts';

export interface Health {
  readonly ok: boolean;
  readonly [fact: string]: unknown;
}

export interface HealthChecks {
  /** The process can do its work at all; a false answer asks for a restart. */
  alive(): Health;
  /** It can take jobs now. */
  ready(): Health;
}

/** `/healthz` and `/readyz`: 200 or 503 with the facts behind it; no key needed, no payloads told. */
@Controller()
export class HealthController {
  readonly #checks: HealthChecks;

  constructor(@Inject(HEALTH) checks: HealthChecks) {
    this.#checks = checks;
  }

  @Get('healthz')
  alive(): Health {
    return okOr503(this.#checks.alive());
  }

  @Get('readyz')
  ready(): Health {
    return okOr503(this.#checks.ready());
  }
}

function okOr503(health: Health): Health {
  if (!health.ok) throw new HttpException(health, 503);
  return health;
}
