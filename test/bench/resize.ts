import { setTimeout as sleep } from 'node:timers/promises';
import { benchFlags, figure, machine, publish, quantile } from './harness.ts';
import { Slots } from './slots.ts';

// From raising the limit to the first extra job's start, beside the round trip of one claim in the same run.
//   node --conditions=flyball-source test/bench/resize.ts [--runs 5] [--json FILE]

const flags = benchFlags([]);
const first: number[] = [];
const all: number[] = [];
const claim: number[] = [];
const inTurn: number[] = [];
for (let run = 0; run < flags.runs; run += 1) {
  const slots = await Slots.open({ limit: 10, serviceMs: 400, backlog: 20_000 });
  await sleep(600);
  const starts: number[] = [];
  for (let raise = 0; raise < 20; raise += 1) {
    await sleep(37);
    claim.push(await slots.claimRoundTripMs());
    starts.length = 0;
    slots.meter.onStart = () => starts.push(performance.now());
    const inFlightBefore = slots.gate.inFlight;
    const raised = performance.now();
    slots.resize(20);
    inTurn.push(slots.gate.limit === 20 ? 1 : 0);
    await sleep(60);
    const extra = starts.slice(0, 20 - inFlightBefore);
    first.push((extra[0] ?? Infinity) - raised);
    all.push((extra[9] ?? Infinity) - raised);
    slots.resize(10);
    await sleep(450);
  }
  await slots.close();
}
const claimMs = quantile(claim, 0.5);
publish(
  {
    bench: 'resize',
    machine: machine(),
    figures: [
      figure('one claim round trip', 'ms', claim),
      figure('raise 10 → 20 → first extra job starts', 'ms', first, `≤ ${(claimMs + 1).toFixed(2)} (claim + 1)`),
      figure('raise 10 → 20 → all ten started', 'ms', all),
      figure('limit in force in the same turn', 'of 1', inTurn, '1'),
    ],
    notes: ['20 raises a run under backlog; claim: one take(1) beside the running loop, given back afterwards.'],
  },
  flags.json,
);
