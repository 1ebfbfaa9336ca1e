import { All, Controller, Param, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { unknownRoute } from '#libs/runpod';
import { Refusal } from './refusal.ts';

/** Says what is served, where a client asked for what is not. */
@Controller('v2/:endpoint')
export class UnknownController {
  @All('*')
  unknown(@Param('*') path: string, @Req() request: FastifyRequest): never {
    throw new Refusal(404, unknownRoute(request.method, path));
  }
}
