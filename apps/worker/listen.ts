import { NestFactory } from '@nestjs/core';
import type { DynamicModule } from '@nestjs/common';
import type { FastifyAdapter, NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Settings } from '#libs/config';
import { FlyballError } from '#libs/core';

/** Serves a module; it is closed by {@link closeHttp}. @throws {FlyballError} CANNOT_LISTEN */
export async function listen(
  module: DynamicModule,
  adapter: FastifyAdapter,
  { port, bindAddress }: Settings['http'],
): Promise<NestFastifyApplication> {
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, { logger: false, abortOnError: false });
  try {
    await app.listen(port, bindAddress);
  } catch (cause) {
    await app.close();
    const why = cause instanceof Error ? cause.message : String(cause);
    const where = `${bindAddress}:${port}`;
    throw new FlyballError('CANNOT_LISTEN', `${where} cannot be used (${why}). Set PORT or BIND_ADDRESS.`, { cause });
  }
  return app;
}

/** Held requests are answered and idle connections closed at once; whoever still sends after 2 s is cut off. */
export async function closeHttp(app: NestFastifyApplication): Promise<void> {
  const timer = setTimeout(() => app.getHttpServer().closeAllConnections(), 2000);
  await app.close();
  clearTimeout(timer);
}
