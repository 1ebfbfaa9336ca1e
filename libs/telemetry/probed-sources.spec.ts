import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, onTestFinished } from 'vitest';
import type { SourceKind, TelemetryEvent } from '#libs/core';
import { startFakeMetrics, type FakeMetrics, type MetricsPlan } from '../../test/doubles/fake-metrics.ts';
import { dcgmPage } from '../../test/doubles/fake-metrics/dcgm-page.ts';
import { vllmPage } from '../../test/doubles/fake-metrics/model-server-pages.ts';
import {
  makeFakeNvidiaSmi,
  nvidiaSmiFixture,
  type FakeNvidiaSmi,
  type FakeNvidiaSmiOptions,
} from '../../test/doubles/fake-nvidia-smi.ts';
import { listOf } from '../../test/doubles/fake-nvidia-smi/devices.ts';
import { markProcesses } from '../../test/fixtures/marked-processes.ts';
import { buildNvmlStub } from '../../test/fixtures/nvml/build-stub.ts';
import { createTelemetry } from './create-telemetry.ts';
import { probeSystem, probeSystemIn } from './probe/probe-system.ts';
import type { Telemetry, TelemetryFacts } from './telemetry.ts';

const stub = await buildNvmlStub();
afterAll(() => stub?.close());

const mark = markProcesses();
let running: Telemetry | undefined;
afterEach(async () => {
  await running?.close();
  const left = mark.pids();
  if (left.length > 0) throw new Error(`closed, it left ${left.join(', ')} running`);
});

const gibibyte = 2 ** 30;
const mebibyte = 2 ** 20;
const patience = { timeout: 15_000, interval: 20 };

describe('nvidia-smi in the probe', () => {
  it('tells eight devices, zeros included, then names the one that is lost, and takes it back', async () => {
    const smi = await fakeSmi({ gpus: 8 });
    smi.set({ 'utilization.gpu_util': '0 %' }, 5);
    const { found, missing, events } = telemetryOf(['nvidia-smi'], { smi });
    await expect.poll(() => found('gpu.utilization').length, patience).toBe(8);
    const gpus = found('gpu.utilization').map(({ gpu }) => gpu);
    expect(new Set(gpus).size).toBe(8);
    expect(found('gpu.utilization').map(({ value }) => value)).toEqual([0.45, 0.45, 0.45, 0.45, 0.45, 0, 0.45, 0.45]);

    smi.play('vanish');
    await expect.poll(() => missing('gpu.memory.used'), patience).toEqual([{ gpu: gpus[7], why: 'lost' }]);
    expect(found('gpu.utilization').map(({ gpu }) => gpu)).toEqual(gpus.slice(0, 7));
    expect(resultsOf(events, 'nvidia-smi').at(-1)).toBe('partial');

    smi.play('ok');
    await expect.poll(() => found('gpu.utilization').length, patience).toBe(8);
    expect(missing('gpu.memory.used')).toEqual([]);
  });

  it('has numbers taken out that cannot be, counted by name', async () => {
    const smi = await fakeSmi({ set: { 'utilization.gpu_util': '4500 %', 'fb_memory_usage.used': '99999999 MiB' } });
    const { found, missing, events } = telemetryOf(['nvidia-smi'], { smi });
    await expect.poll(() => missing('gpu.utilization'), patience).toMatchObject([{ why: 'rejected' }]);
    expect(missing('gpu.memory.used')).toMatchObject([{ why: 'rejected' }]);
    expect(found('gpu.memory.total')).toHaveLength(1);
    expect(collectionsOf(events, 'nvidia-smi')[0]).toMatchObject({
      result: 'partial',
      rejected: ['gpu.utilization', 'gpu.memory.used'],
    });
  });

  it('is stale after three intervals of silence, and the host beside it is not', async () => {
    const smi = await fakeSmi({ play: 'ok*4,hang-hard' });
    const { found, missing, events } = telemetryOf(['nvidia-smi'], { smi, interval: 200, readMs: 10_000 });
    await expect.poll(() => found('gpu.utilization').length, patience).toBe(1);
    await expect.poll(() => smi.calls().length, patience).toBeGreaterThan(4);
    await expect.poll(() => missing('gpu.utilization'), patience).toMatchObject([{ why: 'stale' }]);
    expect(found('gpu.utilization')).toEqual([]);
    expect(found('host.memory.used')).toHaveLength(1);
    // Long before the read has failed.
    expect(resultsOf(events, 'nvidia-smi')).toEqual(['ok', 'ok', 'ok', 'ok']);
  });

  it('follows the GPU instance that NVIDIA_VISIBLE_DEVICES names', async () => {
    const smi = await fakeSmi({ document: 'mig-4' });
    const names = [...listOf(nvidiaSmiFixture('mig-4')).matchAll(/MIG .*\(UUID: ([^)]+)\)/g)].map(([, uuid]) => uuid);
    const [, second = ''] = names;
    const { found, missing } = telemetryOf(['nvidia-smi'], { smi, more: { NVIDIA_VISIBLE_DEVICES: second } });
    await expect.poll(() => found('gpu.mig.memory.used').length, patience).toBe(1);
    const [{ instance } = {}] = found('gpu.mig.memory.used');
    const own = new RegExp(
      `<index>1</index>\\s*<gpu_instance_id>${instance}<[\\s\\S]*?<total>(\\d+) MiB[\\s\\S]*?<used>(\\d+) MiB`,
    ).exec(nvidiaSmiFixture('mig-4'));
    expect(found('gpu.mig.memory.total')[0]?.value).toBeCloseTo(Number(own?.[1]) * mebibyte, -5);
    expect(found('gpu.mig.memory.used')[0]?.value).toBeCloseTo(Number(own?.[2]) * mebibyte, -5);
    expect(missing('gpu.utilization')).toMatchObject([{ why: 'mig' }]);
    expect(found('gpu.memory.used')).toEqual([]);
  });
});

describe.skipIf(stub === undefined)('NVML in the probe (needs a C compiler)', () => {
  it('that hangs gives way to nvidia-smi, and is taken back once it has answered three times', async () => {
    const smi = await fakeSmi({ set: { 'utilization.gpu_util': '80 %' } });
    const { found, events, nvml, clock, observe } = telemetryOf(['nvml', 'nvidia-smi'], { smi, readMs: 1000 });
    await expect.poll(() => found('gpu.utilization'), patience).toMatchObject([{ source: 'nvml', value: 0.37 }]);
    expect(smi.calls()).toEqual([]);

    nvml('hang=60');
    await expect.poll(() => found('gpu.utilization'), patience).toMatchObject([{ source: 'nvidia-smi', value: 0.8 }]);
    nvml('utilization=50');
    // A minute later, as far as telemetry can tell.
    clock.skip(60_000);
    await expect.poll(() => found('gpu.utilization'), patience).toMatchObject([{ source: 'nvml', value: 0.5 }]);
    expect(events.filter(({ type }) => type === 'source-switched')).toEqual([
      { type: 'source-switched', source: 'nvml', cause: 'start' },
      { type: 'source-switched', source: 'nvidia-smi', cause: 'failed', detail: expect.stringMatching(/^nvml: /) },
      { type: 'source-switched', source: 'nvml', cause: 'recovered' },
    ]);
    expect(events.filter(({ type }) => type === 'probe-restarted')).toMatchObject([{ cause: 'timeout' }]);
    expect(new Set(observe().readings.flatMap(({ gpu, source }) => (gpu === undefined ? [] : [source])))).toEqual(
      new Set(['nvml']),
    );
  });

  it('follows the GPU instance that NVIDIA_VISIBLE_DEVICES names', async () => {
    const more = { NVIDIA_VISIBLE_DEVICES: 'MIG-5afe0000-0000-4000-8000-000003000000' };
    const { found, missing } = telemetryOf(['nvml'], { more, settings: 'mig=1' });
    await expect.poll(() => found('gpu.mig.memory.used').length, patience).toBe(1);
    expect(found('gpu.mig.memory.used')[0]).toMatchObject({ instance: '5' });
    expect(found('gpu.mig.memory.used')[0]?.value).toBeCloseTo(1.25 * gibibyte, -5);
    expect(found('gpu.mig.memory.total')[0]?.value).toBeCloseTo(10 * gibibyte, -5);
    expect(missing('gpu.utilization')).toMatchObject([{ why: 'mig' }]);
  });

  it('names the one of two devices that is lost', async () => {
    const { found, missing, nvml } = telemetryOf(['nvml'], { settings: 'devices=2' });
    await expect.poll(() => found('gpu.utilization').length, patience).toBe(2);
    const [, second] = found('gpu.utilization');
    nvml('devices=2\nlost=1');
    await expect.poll(() => missing('gpu.utilization'), patience).toEqual([{ gpu: second?.gpu, why: 'lost' }]);
    expect(found('gpu.utilization')).toHaveLength(1);
  });

  it('does not hold up the end while it hangs', async () => {
    const { nvml, found, missing, telemetry } = telemetryOf(['nvml'], { readMs: 60_000 });
    await expect.poll(() => found('gpu.utilization').length, patience).toBe(1);
    nvml('hang=60');
    await expect.poll(() => missing('gpu.utilization'), patience).toMatchObject([{ why: 'stale' }]);
    expect(mark.pids()).toHaveLength(1);
    const start = performance.now();
    await telemetry.close();
    // Neither the call nor the time that a read has.
    expect(performance.now() - start).toBeLessThan(20_000);
    expect(mark.pids()).toEqual([]);
  });
});

describe('pages of metrics, read in the probe', () => {
  it('of vLLM are what laws see of the server, until it stops and from when it is back', async () => {
    const page = vllmPage([{ running: 3, waiting: 7, cache: 0.42, preemptions: 1 }]);
    const server = await fakeMetrics(page);
    const { observe, events } = telemetryOf([`model-server:${server.url}`], {});
    const seen = (): unknown =>
      observe().readings.flatMap(({ name, value }) => (name.startsWith('backend.') ? [[name, value]] : []));
    const expected = [
      ['backend.cache', 0.42],
      ['backend.requests.running', 3],
      ['backend.requests.waiting', 7],
    ];
    await expect.poll(seen, patience).toEqual(expected);
    server.show({ body: 'loading', status: 503 });
    await expect.poll(() => switchesOf(events), patience).toEqual(['start model-server', 'failed none']);
    await expect.poll(seen, patience).toEqual([]);
    server.show(page);
    await expect.poll(seen, patience).toEqual(expected);
    expect(switchesOf(events)).toEqual(['start model-server', 'failed none', 'recovered model-server']);
  });

  it('of dcgm-exporter are told until it fails three times, then nvidia-smi is', async () => {
    const smi = await fakeSmi({ set: { 'utilization.gpu_util': '80 %' } });
    const dcgm = await fakeMetrics(dcgmPage([{ uuid: 'GPU-d', values: { DEV_GPU_UTIL: 0 } }]));
    const { found, events } = telemetryOf([`dcgm:${dcgm.url}`, 'nvidia-smi'], { smi });
    await expect.poll(() => found('gpu.utilization'), patience).toMatchObject([{ source: 'dcgm', value: 0 }]);
    dcgm.show({ body: '', status: 500 });
    await expect.poll(() => found('gpu.utilization'), patience).toMatchObject([{ source: 'nvidia-smi', value: 0.8 }]);
    expect(resultsOf(events, 'dcgm').filter((result) => result === 'error')).toHaveLength(3);
    expect(switchesOf(events)).toEqual(['start dcgm', 'failed nvidia-smi']);
  });
});

describe.skipIf(process.platform !== 'linux')('closing', () => {
  it.each([0, 30, 150])('%d ms after the start leaves nothing', async (ms) => {
    const smi = await fakeSmi({ play: 'hang-hard' });
    const { telemetry } = telemetryOf(['nvidia-smi'], { smi });
    await new Promise((done) => setTimeout(done, ms));
    await telemetry.close();
    expect(mark.pids()).toEqual([]);
    await expect(telemetry.found).rejects.toThrow('telemetry was closed');
  });
});

interface Setup {
  readonly smi?: FakeNvidiaSmi;
  /** What the stub of NVML does. */
  readonly settings?: string;
  readonly interval?: number;
  readonly readMs?: number;
  readonly more?: Readonly<Record<string, string>>;
}

/** The real thing, from the setting to what laws see, with a machine made up by the environment. */
function telemetryOf(gpu: readonly string[], { smi, settings, interval = 100, readMs, more }: Setup) {
  const events: TelemetryEvent[] = [];
  const file = stub === undefined ? undefined : join(stub.folder, 'settings');
  const nvml = (text: string): void => void (file !== undefined && writeFileSync(file, `${text}\n`));
  nvml(settings ?? '');
  const environment = {
    ...process.env,
    ...mark.environment,
    PATH: `${smi === undefined ? '' : `${smi.path}:`}${process.env['PATH'] ?? ''}`,
    ...(stub !== undefined && { LD_LIBRARY_PATH: stub.folder, NVML_STUB_FILE: file }),
    ...more,
  };
  let skipped = 0;
  const clock = {
    now: () => performance.now() + skipped,
    skip: (ms: number): void => void (skipped += ms),
  };
  const read = readMs ?? probeSystem.times.read;
  const times = { ...probeSystem.times, term: 100, read, firstBackOff: 50, longestBackOff: 100 };
  const telemetry = createTelemetry(
    { gpu, shared: false, interval },
    {
      clock,
      environment,
      onEvent: (event) => events.push(event),
      probeSystem: { ...probeSystemIn(environment), times },
    },
  );
  running = telemetry;
  const observe = (): TelemetryFacts => telemetry.observe(clock.now());
  return {
    telemetry,
    events: events as readonly TelemetryEvent[],
    nvml,
    clock,
    observe,
    found: (name: string) => observe().readings.filter((reading) => reading.name === name),
    missing: (name: string) =>
      observe().missing.flatMap((each) => (each.name === name ? [{ gpu: each.gpu, why: each.why }] : [])),
  };
}

async function fakeSmi(options: FakeNvidiaSmiOptions) {
  const smi = await makeFakeNvidiaSmi(options);
  onTestFinished(() => smi.close());
  return smi;
}

async function fakeMetrics(plan: MetricsPlan): Promise<FakeMetrics> {
  const server = await startFakeMetrics(plan);
  onTestFinished(() => server.close());
  return server;
}

function collectionsOf(events: readonly TelemetryEvent[], source: SourceKind) {
  return events.filter((event) => event.type === 'collection').filter((event) => event.source === source);
}

function resultsOf(events: readonly TelemetryEvent[], source: SourceKind): readonly string[] {
  return collectionsOf(events, source).map(({ result }) => result);
}

function switchesOf(events: readonly TelemetryEvent[]): readonly string[] {
  return events.flatMap((event) =>
    event.type === 'source-switched' ? [`${event.cause} ${event.source ?? 'none'}`] : [],
  );
}
