import { setTimeout as sleep } from 'node:timers/promises';
import type { Endpoint } from './endpoint.ts';
import type { BenchWorker } from './workers.ts';

const patienceMs = 60_000;

/**
 * Jobs a second by the queue's own count, after two rounds and a second of running in. The SDK works in rounds of as many
 * jobs as its limit, so the time goes from the end of one round to the end of another.
 */
export async function jobsPerSecond(options: {
  readonly endpoint: Endpoint;
  readonly seconds: number;
  /** Jobs. */
  readonly round: number;
}): Promise<number> {
  const { endpoint, seconds, round } = options;
  const { completed: before } = await endpoint.counts();
  const ended = async (): Promise<number> => (await endpoint.counts()).completed - before;
  const endOfRound = async (after: number): Promise<{ readonly count: number; readonly at: number }> => {
    const wanted = Math.ceil(after / round) * round;
    for (const deadline = performance.now() + patienceMs; performance.now() < deadline; await sleep(20)) {
      const count = await ended();
      if (count >= wanted) return { count, at: performance.now() };
    }
    throw new Error(`${wanted} jobs have not ended after ${patienceMs} ms`);
  };
  await endOfRound(2 * round);
  await sleep(1000);
  const first = await endOfRound((await ended()) + 1);
  // The rest of the last round comes on top.
  await sleep(1000 * seconds - 500);
  const last = await endOfRound((await ended()) + 1);
  await mustWait(endpoint);
  return (1000 * (last.count - first.count)) / (last.at - first.at);
}

/** Of each worker by what its handler noted, once all have ended a job and some seconds have passed. */
export async function endsPerSecond(options: {
  readonly endpoint: Endpoint;
  readonly workers: readonly BenchWorker[];
  readonly settleSeconds: number;
  readonly seconds: number;
}): Promise<readonly number[]> {
  const { endpoint, workers, settleSeconds, seconds } = options;
  const deadline = performance.now() + patienceMs;
  while (!workers.every((worker) => worker.ends().length > 0)) {
    if (performance.now() > deadline) throw new Error(`a worker has ended no job after ${patienceMs} ms`);
    await sleep(50);
  }
  await sleep(1000 * settleSeconds);
  const since = Date.now();
  await sleep(1000 * seconds);
  const until = Date.now();
  await mustWait(endpoint);
  return workers.map((worker) => {
    const ended = worker.ends().filter((at) => at >= since && at < until).length;
    return (1000 * ended) / (until - since);
  });
}

/** A rate without a backlog is the rate of nothing. */
async function mustWait(endpoint: Endpoint): Promise<void> {
  if ((await endpoint.counts()).inQueue === 0) throw new Error('no job waits any more: fill the queue with more');
}
