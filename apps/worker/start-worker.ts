import 'reflect-metadata';
import type { Settings } from '#libs/config';
import { FlyballError } from '#libs/core';
import { createGatewayAdapter } from '../gateway/index.ts';
import { stoppable, type Closers } from '../standalone/closers.ts';
import { version } from '../standalone/version.ts';
import { FleetMember } from './fleet-member.ts';
import { closeHttp, listen } from './listen.ts';
import { openSource, type WorkerSource } from './open-source.ts';
import { openWorker } from './open-worker.ts';
import { workerReport } from './own-worker.ts';
import { WorkerAppModule } from './worker-app.module.ts';
import type { Running, WorkerOptions } from './worker-options.ts';

/**
 * A worker alone: it takes jobs from a queue that others fill.
 * @throws {FlyballError} with the next step, after closing what was opened
 */
export async function startWorker(settings: Settings, options: WorkerOptions): Promise<Running> {
  if (settings.queue.url.startsWith('sqlite:')) {
    throw new FlyballError(
      'QUEUE_NOT_SHARED',
      `QUEUE_URL="${settings.queue.url}" belongs to one process, and a worker alone has nobody to fill it. ` +
        'Set QUEUE_URL=redis://HOST:6379, or use "flyball start".',
    );
  }
  return stoppable((closers) => open(settings, options, closers));
}

async function open(settings: Settings, options: WorkerOptions, closers: Closers): Promise<Omit<Running, 'stop'>> {
  const { environment } = options;
  const opened = await openWorker(settings, options, closers, (worker, emit) =>
    openSource(settings, { worker, emit, environment }),
  );
  const { identity, source, emit, tracing, http, worker } = opened;
  const adapter = createGatewayAdapter({ settings, emit, tracing });
  adapter.getInstance().addHook('onRequest', async (request) => http.operators.door(request));
  const app = await listen(
    WorkerAppModule.register(http, () => worker()?.limit),
    adapter,
    settings.http,
  );
  closers.add(() => closeHttp(app));
  const { fleet } = source;
  if (fleet !== undefined) {
    const member = new FleetMember(fleet, () => workerReport(identity.worker, version, worker()));
    closers.add(() => member.leave());
  }
  const { deviceLost, replaced = new Promise<never>(() => undefined) } = await inInitTime(source, () => opened.begin());
  // Before the drain, which is closed after this.
  closers.add(async () => source.stopTaking?.());
  return { url: await app.getUrl(), endpoint: identity.endpoint, worker: identity.worker, deviceLost, replaced };
}

/** RunPod gives a worker so long to take jobs; one that cannot says so before it ends, and is replaced (H14). */
async function inInitTime<Value>(source: WorkerSource, begin: () => Promise<Value>): Promise<Value> {
  const { initTimeoutMs } = source;
  if (initTimeoutMs === undefined) return begin();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    const text = `The handler was not ready within RUNPOD_INIT_TIMEOUT (${initTimeoutMs / 1000} s). Raise it, or load less.`;
    timer = setTimeout(() => reject(new FlyballError('INIT_TIMEOUT', text)), initTimeoutMs);
  });
  try {
    return await Promise.race([begin(), late]);
  } catch (error) {
    await source.unhealthy?.('start', error instanceof Error ? error.message : String(error));
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
