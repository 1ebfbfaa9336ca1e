import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { sourceKinds, type TelemetryEvent } from '#libs/core';
import { createMetrics, type Metrics } from '#libs/observability';
import { createTelemetry } from '#libs/telemetry';
import { makeFakeNvidiaSmi } from '../doubles/fake-nvidia-smi.ts';
import { buildNvmlStub } from '../fixtures/nvml/build-stub.ts';
import { benchFlags, machine } from './harness.ts';

// What telemetry costs: CPU time of the main thread, metrics included: of a sample while as many come as can (warm), and of a
// beat, host and device, at ten a second in a process that does nothing else, where each pays for waking up (cold); and the
// probe with its children at one beat a second. The fake nvidia-smi is a shell script: what the real one costs is the driver's own affair.
//   node --conditions=flyball-source test/bench/telemetry.ts [--seconds 60] [--json FILE]

const flags = benchFlags(['seconds']);
const seconds = Number(flags.values['seconds'] ?? 60);

interface Cost {
  readonly name: string;
  readonly sampleMs: number;
  readonly beatMs: number;
  readonly periodUs: number;
  readonly probeShare: number;
  readonly probeMiB: number;
}

// Nothing of telemetry keeps a process alive.
const stay = setInterval(() => undefined, 60_000);
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
  clearInterval(stay);
}

async function cost(name: string, gpu: readonly string[], path: Readonly<Record<string, string>>): Promise<Cost> {
  for (const [variable, folder] of Object.entries(path)) {
    process.env[variable] = `${folder}:${(variable === 'PATH' ? process.env['PATH'] : library) ?? ''}`;
  }
  // Ten beats a second, to tell a beat's cost from everything else's.
  const metrics = metricsOf();
  const alone = await threadMs(seconds / 2);
  const fast = await withTelemetry({ gpu, interval: 100, metrics }, async ({ observe }) => {
    const thread = await threadMs(seconds / 2);
    const start = performance.now();
    for (let period = 0; period < 1000; period += 1) observe();
    return { thread, periodUs: performance.now() - start };
  });
  const beatMs = (fast.thread - alone) / 10;
  const sampleMs = await withTelemetry({ gpu, interval: 5, metrics }, async (running) => {
    const before = running.samples();
    const thread = (await threadMs(seconds / 2)) - alone;
    return (thread * (seconds / 2)) / (running.samples() - before);
  });
  const slow = await withTelemetry({ gpu, interval: 1000, metrics }, async () => {
    const before = probeCpuMs();
    await sleep(seconds * 1000);
    return { cpu: probeCpuMs() - before, memory: probeMiB() };
  });
  const figures = {
    name,
    beatMs,
    sampleMs,
    periodUs: fast.periodUs,
    probeShare: slow.cpu / (seconds * 1000),
    probeMiB: slow.memory,
  };
  console.log(
    `${name.padEnd(20)} main thread: a sample ${sampleMs.toFixed(3)} ms warm, a beat ${beatMs.toFixed(3)} ms cold; observe ${fast.periodUs.toFixed(1)} µs, ` +
      `probe ${(100 * figures.probeShare).toFixed(2)} % of a core, ${slow.memory.toFixed(0)} MiB`,
  );
  return figures;
}

interface Running {
  readonly observe: () => void;
  /** Collected so far. */
  readonly samples: () => number;
}

interface Setup {
  readonly gpu: readonly string[];
  readonly interval: number;
  readonly metrics: Metrics;
}

function metricsOf(): Metrics {
  return createMetrics({
    queue: 'bench',
    strategy: 'aimd',
    periodMs: 1000,
    version: '0',
    latencyTargetMs: undefined,
    telemetryOrder: sourceKinds,
    inFlight: () => 0,
    gateWaiting: () => 0,
  });
}

async function withTelemetry<Result>(
  { gpu, interval, metrics }: Setup,
  during: (running: Running) => Promise<Result>,
): Promise<Result> {
  let samples = 0;
  const onEvent = (event: TelemetryEvent): void => {
    if (event.type === 'collection') samples += 1;
    metrics.record(event);
  };
  const telemetry = createTelemetry(
    { gpu, shared: false, interval },
    { clock: performance, environment: process.env, onEvent },
  );
  try {
    await telemetry.found;
    await sleep(3000);
    return await during({ observe: () => telemetry.observe(performance.now()), samples: () => samples });
  } finally {
    await telemetry.close();
  }
}

/** CPU time of this thread in a second, ms. */
async function threadMs(forSeconds: number): Promise<number> {
  const before = process.threadCpuUsage();
  await sleep(1000 * forSeconds);
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1000 / forSeconds;
}

/** CPU time of the probe and of its children that have ended, ms. */
function probeCpuMs(): number {
  const fields = statOf(probePid());
  const ticks = fields.slice(11, 15).reduce((sum, each) => sum + Number(each), 0);
  // Linux counts hundredths of a second.
  return 10 * ticks;
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
