import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { sourceKinds } from '#libs/core';
import { createMetrics } from '#libs/observability';
import { createTelemetry } from '#libs/telemetry';
import { makeFakeNvidiaSmi } from '../doubles/fake-nvidia-smi.ts';
import { buildNvmlStub } from '../fixtures/nvml/build-stub.ts';
import { benchFlags, machine } from './harness.ts';

// What telemetry costs: main-thread time of a beat (host and device, metrics included), and the probe with its children at
// one sample a second. The fake nvidia-smi is a shell script: what the real one costs is the driver's own affair.
//   node --conditions=flyball-source test/bench/telemetry.ts [--seconds 60] [--json FILE]

const flags = benchFlags(['seconds']);
const seconds = Number(flags.values['seconds'] ?? 60);

interface Cost {
  readonly name: string;
  readonly beatMs: number;
  readonly periodUs: number;
  readonly probeShare: number;
  readonly probeMiB: number;
}

const one = await makeFakeNvidiaSmi({ light: true });
const eight = await makeFakeNvidiaSmi({ light: true, gpus: 8 });
const stub = await buildNvmlStub();
const library = process.env['LD_LIBRARY_PATH'];
try {
  const costs: Cost[] = [await cost('host alone', ['none'], {})];
  costs.push(await cost('nvidia-smi, 1 GPU', ['nvidia-smi'], { PATH: one.path }));
  costs.push(await cost('nvidia-smi, 8 GPUs', ['nvidia-smi'], { PATH: eight.path }));
  if (stub === undefined) console.log('nvml: no C compiler for the stub library');
  else costs.push(await cost('nvml (stub), 1 GPU', ['nvml'], { LD_LIBRARY_PATH: stub.folder }));
  if (flags.json !== undefined) {
    writeFileSync(
      flags.json,
      `${JSON.stringify({ bench: 'telemetry', machine: machine(), seconds, costs }, null, 2)}\n`,
    );
  }
} finally {
  await Promise.all([one.close(), eight.close(), stub?.close()]);
}

async function cost(name: string, gpu: readonly string[], path: Readonly<Record<string, string>>): Promise<Cost> {
  for (const [variable, folder] of Object.entries(path)) {
    process.env[variable] = `${folder}:${(variable === 'PATH' ? process.env['PATH'] : library) ?? ''}`;
  }
  // Ten beats a second, to tell a beat's cost from the clock's own.
  const idle = await busyMs(seconds / 4);
  const fast = await withTelemetry(gpu, 100, async ({ observe }) => {
    const busy = await busyMs(seconds / 2);
    const start = performance.now();
    for (let period = 0; period < 1000; period += 1) observe();
    return { busy, periodUs: performance.now() - start };
  });
  const beatMs = Math.max(0, fast.busy / (seconds / 2) - idle / (seconds / 4)) / 10;
  const slow = await withTelemetry(gpu, 1000, async () => {
    const before = probeCpuMs();
    await sleep(seconds * 1000);
    return { cpu: probeCpuMs() - before, memory: probeMiB() };
  });
  const figures = {
    name,
    beatMs,
    periodUs: fast.periodUs,
    probeShare: slow.cpu / (seconds * 1000),
    probeMiB: slow.memory,
  };
  console.log(
    `${name.padEnd(20)} beat ${beatMs.toFixed(3)} ms of main thread, observe ${fast.periodUs.toFixed(1)} µs, ` +
      `probe ${(100 * figures.probeShare).toFixed(2)} % of a core, ${slow.memory.toFixed(0)} MiB`,
  );
  return figures;
}

interface Running {
  readonly observe: () => void;
}

async function withTelemetry<Result>(
  gpu: readonly string[],
  interval: number,
  during: (running: Running) => Promise<Result>,
): Promise<Result> {
  const metrics = createMetrics({
    queue: 'bench',
    strategy: 'aimd',
    periodMs: 1000,
    version: '0',
    latencyTargetMs: undefined,
    telemetryOrder: sourceKinds,
    inFlight: () => 0,
    gateWaiting: () => 0,
  });
  const telemetry = createTelemetry(
    { gpu, shared: false, interval },
    { clock: performance, environment: process.env, onEvent: metrics.record },
  );
  try {
    await telemetry.found;
    await sleep(3000);
    return await during({ observe: () => telemetry.observe(performance.now()) });
  } finally {
    await telemetry.close();
    metrics.close();
  }
}

/** Time in which the event loop did something, ms. */
async function busyMs(forSeconds: number): Promise<number> {
  const before = performance.eventLoopUtilization();
  await sleep(1000 * forSeconds);
  return performance.eventLoopUtilization(before).active;
}

const ticksPerSecond = 100;

/** CPU time of the probe and of its children that have ended, ms. */
function probeCpuMs(): number {
  const fields = statOf(probePid());
  const ticks = fields.slice(11, 15).reduce((sum, each) => sum + Number(each), 0);
  return (1000 * ticks) / ticksPerSecond;
}

function probeMiB(): number {
  const status = readFileSync(`/proc/${probePid()}/status`, 'latin1');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
}

function probePid(): string {
  const child = readdirSync('/proc').find((pid) => /^\d+$/.test(pid) && Number(statOf(pid)[1]) === process.pid);
  if (child === undefined) throw new Error('there is no probe');
  return child;
}

/** From the state on: what stands before it may hold spaces. */
function statOf(pid: string): readonly string[] {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return [];
  }
}
