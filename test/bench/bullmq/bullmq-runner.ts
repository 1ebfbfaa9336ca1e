import { Queue, Worker } from 'bullmq';
import type { Runner, RunnerOptions } from './runner.ts';

/** BullMQ's own worker, as its documentation starts it: nobody watches. */
export async function bullmqRunner({ url, endpoint, limit, onJob }: RunnerOptions): Promise<Runner> {
  const { hostname: host, port } = new URL(url);
  const connection = { host, port: Number(port), maxRetriesPerRequest: null };
  const queue = new Queue<{ readonly input: unknown }>(endpoint, { connection });
  const worker = new Worker<{ readonly input: unknown }>(endpoint, async ({ data }) => onJob(data.input), {
    connection,
    concurrency: limit,
    autorun: false,
  });
  await Promise.all([queue.waitUntilReady(), worker.waitUntilReady()]);
  return {
    async enqueue(inputs) {
      await queue.addBulk(inputs.map(({ id, input }) => ({ name: 'job', data: { input }, opts: { jobId: id } })));
    },
    start: () => void worker.run(),
    async close() {
      await worker.close(true);
      await queue.close();
    },
  };
}
