import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Window, type AnyStrategy, type ControllerSetup } from '#libs/core';
import { createDecisionLog, createMetrics, type FlyballEvent } from '#libs/observability';
import { systemClock } from '#libs/runtime';
import { aimd, pid, threshold } from '#libs/strategies';
import { createTelemetry } from '#libs/telemetry';
import { ControlLoop } from '../../libs/runtime/control-loop.ts';
import { Gate } from '../../libs/runtime/gate.ts';
import { benchFlags, figure, machine, publish, quantile, type Figure } from './harness.ts';

// What one control period costs: observe, decide, apply, record; then metrics and the decision log.
//   node --conditions=flyball-source test/bench/cost.ts [--runs 5] [--json FILE]

const flags = benchFlags([]);
const periodMs = 20;
const periods = 200;
const directory = mkdtempSync(join(tmpdir(), 'flyball-bench-'));
const figures: Figure[] = [];
for (const strategy of [aimd, pid, threshold]) {
  for (const completions of [0, 64]) {
    const decide: number[] = [];
    const all: number[] = [];
    for (let run = 0; run < flags.runs; run += 1) {
      const cost = await costOf({ strategy, config: defaultsOf(strategy), completions });
      decide.push(cost.decide);
      all.push(cost.all);
    }
    const name = `${strategy.name}, ${completions} completions a period`;
    figures.push(figure(`${name}: to the record`, 'µs', decide));
    figures.push(figure(`${name}: all in`, 'µs', all, '≤ 100'));
  }
}
rmSync(directory, { recursive: true });
publish(
  {
    bench: 'cost',
    machine: machine(),
    figures,
    notes: [
      `Medians of ${periods} periods a run, the first 50 left out; a period of ${periodMs} ms instead of 1 s, so caches are warmer than in real use.`,
      'all in: with metrics and decision log; host telemetry is sampled beside it.',
    ],
  },
  flags.json,
);

async function costOf(options: Pick<ControllerSetup, 'strategy' | 'config'> & { readonly completions: number }) {
  const clock = systemClock();
  const gate = new Gate(8, clock);
  const window = new Window();
  const telemetry = createTelemetry({ gpu: ['sim:knee'], shared: false, interval: 1000 }, { clock, environment: {} });
  const decisions = createDecisionLog({ path: join(directory, 'decisions.jsonl') });
  const metrics = createMetrics({
    queue: 'bench',
    strategy: options.strategy.name,
    periodMs,
    version: '0',
    inFlight: () => gate.inFlight,
    gateWaiting: () => 0,
  });
  const decide: number[] = [];
  const all: number[] = [];
  const done = Promise.withResolvers<void>();
  const emit = (event: FlyballEvent): void => {
    const start = performance.now();
    metrics.record(event);
    if (event.type !== 'period') return;
    decisions.write(event.record);
    decide.push(event.durationMs * 1000);
    all.push((event.durationMs + performance.now() - start) * 1000);
    if (all.length === periods + 50) done.resolve();
    fill(window, clock.now(), options.completions);
  };
  const { strategy, config } = options;
  const loop = new ControlLoop({
    setup: { strategy, config, bounds: { min: 1, max: 64 }, initial: 8, dryRun: false },
    identity: { worker: 'bench', endpoint: 'bench', strategy: strategy.name, configHash: '' },
    periodMs,
    source: { depth: async () => ({ waiting: 10, lowPriority: 0, leased: 8, oldestAge: 100 }) },
    observeTelemetry: (now) => telemetry.observe(now),
    gate,
    window,
    clock,
    emit,
  });
  loop.start();
  await done.promise;
  loop.stop();
  await telemetry.close();
  await decisions.close();
  metrics.close();
  return { decide: quantile(decide.slice(50), 0.5), all: quantile(all.slice(50), 0.5) };
}

function defaultsOf({ config }: AnyStrategy): unknown {
  const result = config['~standard'].validate({});
  return 'value' in result ? result.value : undefined;
}

function fill(window: Window, now: number, completions: number): void {
  for (let job = 0; job < completions; job += 1) {
    window.started(3);
    window.ended({ outcome: 'succeeded', finish: now, service: 15 + (job % 7), n: 7.5, deadline: 30 });
  }
}
