import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { benchFlags, figure, machine, publish, type Figure } from './harness.ts';
import { Slots } from './slots.ts';

// How busy the slots are under backlog: fixed limits, and a limit that changes every 300 ms. Embedded queue, metrics on.
//   node --conditions=flyball-source test/bench/runtime.ts [--runs 5] [--seconds 4] [--json FILE]

const flags = benchFlags(['seconds']);
const seconds = Number(flags.values['seconds'] ?? 4);
const cases = [
  { serviceMs: 10, target: '≥ 0.85' },
  { serviceMs: 100, target: '≥ 0.95' },
  { serviceMs: 200, target: '≥ 0.98' },
  { serviceMs: 1000, target: '≥ 0.98' },
];

const figures: Figure[] = [];
for (const limit of [10, 100]) {
  for (const { serviceMs, target } of cases) {
    const fixed: number[] = [];
    const resized: number[] = [];
    for (let run = 0; run < flags.runs; run += 1) {
      fixed.push(await busyShare(limit, serviceMs, false));
      resized.push(await busyShare(limit, serviceMs, true));
    }
    figures.push(figure(`busy, limit ${limit}, ${serviceMs} ms jobs`, '', fixed, target));
    figures.push(figure('  the same, limit changing every 300 ms', '', resized, 'within 0.02'));
  }
}
const delays: number[] = [];
for (let run = 0; run < flags.runs; run += 1) delays.push(await loopDelay(1000));
figures.push(figure('event-loop delay p99, 1000 in flight, 1 s jobs', 'ms', delays, '≤ 20'));

publish(
  {
    bench: 'runtime',
    machine: machine(),
    figures,
    notes: [
      'busy: time slots spent inside the handler over time slots offered; slots above a limit that was cut do not count.',
      'The changing limit goes between the limit and 0.7 of it; jobs above it run on, so the share may pass the fixed one.',
      'Event-loop delay by monitorEventLoopDelay at 10 ms, its own resolution subtracted.',
    ],
  },
  flags.json,
);

async function busyShare(limit: number, serviceMs: number, resizing: boolean): Promise<number> {
  const jobs = Math.ceil(((limit * 1000) / serviceMs) * (seconds + 2) * 1.1) + limit;
  const slots = await Slots.open({ limit, serviceMs, backlog: jobs });
  let low = false;
  const timer = resizing
    ? setInterval(() => {
        low = !low;
        slots.resize(low ? Math.ceil(0.7 * limit) : limit);
      }, 300)
    : undefined;
  await sleep(1000);
  slots.meter.reset();
  await sleep(seconds * 1000);
  const { share } = slots.meter;
  clearInterval(timer);
  await slots.close();
  return share;
}

async function loopDelay(limit: number): Promise<number> {
  const slots = await Slots.open({ limit, serviceMs: 1000, backlog: limit * (seconds + 4) });
  await sleep(1000);
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  await sleep(seconds * 1000);
  delay.disable();
  await slots.close();
  return delay.percentile(99) / 1e6 - 10;
}
