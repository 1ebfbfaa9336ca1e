import { writeFileSync } from 'node:fs';
import type { DecisionRecord } from '#libs/core';
import { runSteered, type SteeredRun } from '../e2e/steered-worker.ts';
import { benchFlags, machine } from './harness.ts';

// Real workers steered by a fake nvidia-smi whose numbers come from a simulated device under the worker's own load:
// `threshold` and `pid` on utilisation and on memory, from below and from above, and through the loss of the sensor.
// All at once, as they mostly sleep. Needs the build (npm run build).
//   node --conditions=flyball-source test/bench/device-signals.ts [--seconds 420] [--json FILE]

const flags = benchFlags(['seconds']);
const seconds = Number(flags.values['seconds'] ?? 420);
/** The last of these seconds are judged. */
const judged = 60;

const plants = {
  // Memory is (20 + 2n)/80 full; utilisation is 1 − 0.8ⁿ.
  'gpu-memory': { soloUtilization: 0.97, memoryGiB: 2, jobsAt: (share: number) => (80 * share - 20) / 2 },
  'gpu-utilization': {
    soloUtilization: 0.2,
    memoryGiB: 0.2,
    jobsAt: (share: number) => Math.log(1 - share) / Math.log(0.8),
  },
} as const;
const marks = { 'gpu-memory': [0.8, 0.92], 'gpu-utilization': [0.7, 0.9] } as const;

interface Case {
  readonly strategy: 'threshold' | 'pid';
  readonly signal: keyof typeof plants;
  readonly initial: number;
  readonly silent?: SteeredRun['silent'];
}

const cases: readonly Case[] = [
  ...(['threshold', 'pid'] as const).flatMap((strategy) =>
    (['gpu-memory', 'gpu-utilization'] as const).flatMap((signal) =>
      [1, 30].map((initial) => ({ strategy, signal, initial })),
    ),
  ),
  { strategy: 'threshold', signal: 'gpu-memory', initial: 6, silent: [150, 240] },
  { strategy: 'pid', signal: 'gpu-utilization', initial: 2, silent: [150, 240] },
];

const rows = await Promise.all(cases.map((each) => measure(each)));
for (const row of rows) console.log(row.text);
if (flags.json !== undefined) {
  writeFileSync(
    flags.json,
    `${JSON.stringify({ bench: 'device-signals', machine: machine(), seconds, rows }, null, 2)}\n`,
  );
}

async function measure({ strategy, signal, initial, silent }: Case) {
  const { jobsAt, ...plant } = plants[signal];
  const records = await runSteered({
    environment: {
      CONCURRENCY_STRATEGY: strategy,
      [`CONCURRENCY_${strategy.toUpperCase()}_SIGNAL`]: signal,
      CONCURRENCY_INITIAL: String(initial),
    },
    plant: { ...plant, seed: 1 },
    seconds,
    ...(silent && { silent }),
  });
  const [low, high] = strategy === 'pid' ? [jobsAt(0.85) - 1, jobsAt(0.85) + 1] : marks[signal].map(jobsAt);
  const inside = ({ limit }: DecisionRecord): boolean =>
    limit.gate >= Math.floor(low ?? 0) && limit.gate <= Math.ceil(high ?? 0);
  const last = records.slice(-judged);
  const reached = records.findLastIndex((record) => !inside(record)) + 1;
  const outOfMemory = records.reduce((sum, { observation }) => sum + observation.jobs.outOfMemory, 0);
  const sourced = records
    .flatMap(({ observation }) => observation.readings)
    .every(({ source, age }) => source !== '' && age >= 0);
  const gates = last.map(({ limit }) => limit.gate);
  const text =
    `${strategy} on ${signal} from ${initial}: wanted ${low?.toFixed(1)} to ${high?.toFixed(1)}, ` +
    `last ${judged} s ${Math.min(...gates)} to ${Math.max(...gates)} (${last.filter(inside).length} of ${judged} inside), ` +
    `there for good after ${reached} s, ${outOfMemory} jobs out of memory${silent ? `; silent ${silent.join(' to ')} s: ${story(records, silent)}` : ''}`;
  return { strategy, signal, initial, low, high, gates, reached, outOfMemory, sourced, text };
}

/** Limit by reason while the sensor is silent and after. */
function story(records: readonly DecisionRecord[], [from]: readonly [number, number]): string {
  const parts: string[] = [];
  let count = 0;
  const watched = records.slice(from - 2).filter(({ reason }) => reason.startsWith('signal-') || reason === 'blind');
  for (const [index, { reason, limit }] of watched.entries()) {
    count += 1;
    const next = watched[index + 1];
    if (next?.reason === reason && next.limit.gate === limit.gate) continue;
    parts.push(`${reason} ${count} s at ${limit.gate}`);
    count = 0;
  }
  return parts.join(', ');
}
