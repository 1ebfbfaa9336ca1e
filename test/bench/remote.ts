import { setTimeout as sleep } from 'node:timers/promises';
import { startFakeChild } from '../doubles/fake-runpod-child.ts';
import { RemoteWorker, type RemoteWorkerOptions } from '../e2e/runpod/remote-worker.ts';
import { benchFlags, figure, machine, publish } from './harness.ts';

// Jobs from a platform that is far away: a fake of RunPod's job API in a process of its own, half the round trip each way.
//   node --conditions=flyball-source test/bench/remote.ts [--runs 5] [--seconds 6] [--round-trip 80] [--service 200]
//     [--limit 10] [--json FILE]

const flags = benchFlags(['seconds', 'round-trip', 'service', 'limit']);
const seconds = Number(flags.values['seconds'] ?? 6);
const roundTripMs = Number(flags.values['round-trip'] ?? 80);
const serviceMs = Number(flags.values['service'] ?? 200);
const limit = Number(flags.values['limit'] ?? 10);
const ideal = (limit * 1000) / serviceMs;

const ahead: number[] = [];
const uneven: number[] = [];
const onDemand: number[] = [];
const waiting: number[] = [];
for (let run = 0; run < flags.runs; run += 1) {
  ahead.push(await jobsPerSecond({}, waiting));
  onDemand.push(await jobsPerSecond({ freeSoon: () => 0 }, []));
  uneven.push(await jobsPerSecond({ run: () => sleep(serviceMs * (0.5 + Math.random())) }, []));
}
const share = (runs: readonly number[]): readonly number[] => runs.map((rate) => rate / ideal);
const ratio = ahead.map((rate, run) => rate / (onDemand[run] ?? Number.NaN));

publish(
  {
    bench: 'remote',
    machine: machine(),
    figures: [
      figure('jobs accepted by the platform', 'jobs/s', ahead),
      figure('  share of the ideal', '', share(ahead), '≥ 0.97'),
      figure('  jobs that wait for a slot here, mean', 'jobs', waiting),
      figure('jobs of half to one and a half times that length', 'jobs/s', uneven),
      figure('  share of the ideal', '', share(uneven)),
      figure('without prefetch', 'jobs/s', onDemand),
      figure('  share of the ideal', '', share(onDemand)),
      figure('prefetch over none', '×', ratio),
    ],
    notes: [
      `${serviceMs} ms jobs, limit ${limit}, round trip ${roundTripMs} ms: ideal ${ideal} jobs/s.`,
      `Counted at the platform over ${seconds} s after 2 s of running in. Results are delivered beside the next jobs in both.`,
    ],
  },
  flags.json,
);

async function jobsPerSecond(
  options: Partial<Pick<RemoteWorkerOptions, 'freeSoon' | 'run'>>,
  waiting: number[],
): Promise<number> {
  const platform = await startFakeChild(roundTripMs / 2);
  const { variables } = platform;
  const worker = await RemoteWorker.start({ variables, limit, run: () => sleep(serviceMs), ...options });
  await sleep(2000);
  const looks: number[] = [];
  const look = setInterval(() => looks.push(worker.queue.held.waiting), 7);
  const { done: before } = await platform.counts();
  const started = performance.now();
  await sleep(seconds * 1000);
  const { done: after } = await platform.counts();
  const elapsed = performance.now() - started;
  clearInterval(look);
  waiting.push(looks.reduce((sum, count) => sum + count, 0) / looks.length);
  await worker.stop();
  platform.close();
  return ((after - before) / elapsed) * 1000;
}
