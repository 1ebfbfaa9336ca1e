import 'reflect-metadata';
import type { Settings } from '#libs/config';
import type { Queue } from '#libs/queue';
import { createGatewayAdapter } from '../gateway/index.ts';
import { closeHttp, listen } from '../worker/listen.ts';
import { openWorker } from '../worker/open-worker.ts';
import { fleetOf, workerReport } from '../worker/own-worker.ts';
import type { Running, WorkerOptions } from '../worker/worker-options.ts';
import { stoppable, type Closers } from './closers.ts';
import { openQueue } from './open-queue.ts';
import { StandaloneModule } from './standalone.module.ts';
import { version } from './version.ts';

export { deviceLostStatus, type Running } from '../worker/worker-options.ts';

/**
 * Gateway and worker in one process.
 * @throws {FlyballError} with the next step, after closing what was opened
 */
export async function startStandalone(settings: Settings, options: WorkerOptions): Promise<Running> {
  return stoppable((closers) => open(settings, options, closers));
}

async function open(settings: Settings, options: WorkerOptions, closers: Closers): Promise<Omit<Running, 'stop'>> {
  const opened = await openWorker<Queue>(settings, options, closers, (worker, emit) =>
    openQueue(settings, { worker, emit, runsJobs: true }),
  );
  const { identity, source: queue, emit, tracing, http, worker } = opened;
  const fleet = fleetOf(() => workerReport(identity.worker, version, worker()), queue.fleet);
  const adapter = createGatewayAdapter({ settings, emit, tracing });
  adapter.getInstance().addHook('onRequest', async (request) => http.operators.door(request));
  const gateway = { queue, settings, emit, tracing, fleet, concurrency: () => worker()?.limit };
  const app = await listen(StandaloneModule.register({ gateway, worker: http }), adapter, settings.http);
  closers.add(() => closeHttp(app));
  // The endpoint answers and queues while the handler is still loading its model.
  const { deviceLost } = await opened.begin();
  return { url: await app.getUrl(), endpoint: identity.endpoint, worker: identity.worker, deviceLost };
}
