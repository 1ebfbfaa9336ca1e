import { Body, Controller, Delete, Get, Inject, Put, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { answered } from './answered.ts';
import type { ControllerState } from './controller-state.ts';
import type { Operators } from './operators.ts';
import type { Steering } from './steering.ts';
import { OPERATORS, STEERING } from './tokens.ts';

/** `/controller`: what sets the limit now, and people's say over it. Every route needs an operator's key where keys are set. */
@Controller('controller')
export class ControllerController {
  readonly #steering: Steering;
  readonly #operators: Operators;

  constructor(@Inject(STEERING) steering: Steering, @Inject(OPERATORS) operators: Operators) {
    this.#steering = steering;
    this.#operators = operators;
  }

  @Get()
  state(): ControllerState {
    return answered(() => this.#steering.state());
  }

  @Put('override')
  override(@Body() body: unknown, @Req() request: FastifyRequest): ControllerState {
    return answered(() => this.#steering.override(body, this.#operators.label(request)));
  }

  @Delete('override')
  endOverride(@Req() request: FastifyRequest): ControllerState {
    return answered(() => this.#steering.end('override', this.#operators.label(request)));
  }

  @Put('freeze')
  freeze(@Body() body: unknown, @Req() request: FastifyRequest): ControllerState {
    return answered(() => this.#steering.freeze(body, this.#operators.label(request)));
  }

  @Delete('freeze')
  resume(@Req() request: FastifyRequest): ControllerState {
    return answered(() => this.#steering.end('frozen', this.#operators.label(request)));
  }
}
