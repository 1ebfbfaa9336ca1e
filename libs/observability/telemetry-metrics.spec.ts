import { afterEach, describe, expect, it } from 'vitest';
import type { Sample, SourceKind, TelemetryEvent } from '#libs/core';
import { createMetrics, type Metrics } from './create-metrics.ts';
import { deviceSample, hostSample, readingsOf } from '../../test/fixtures/observability/device-sample.ts';
import { seriesOf, valueOf, valuesOf } from '../../test/fixtures/observability/rendered.ts';
import { parseOpenMetrics, type ParsedFamily } from '../../test/fixtures/observability/strict-open-metrics.ts';

const startedAt = 1_790_000_000_000;
const staleMs = 5000;
const open: Metrics[] = [];
afterEach(() => {
  for (const metrics of open.splice(0)) metrics.close();
});

describe('a sample', () => {
  it('of the active source is shown in our units, and 0 is 0', async () => {
    const values = { 'gpu.ecc.uncorrected': 0, 'gpu.clock.limit.time.hw-power-brake': 2.5 } as const;
    const all = await shown([active('nvml'), collected('nvml', deviceSample(values))]);
    expect(valuesOf(all)).toMatchObject({
      'gpu_info{gpu="GPU-a",index="0",model="Invented 80GB",driver_version="570.1",pci_bus_id="0000:07:00.0",mig_mode="off"}': 1,
      'gpu_utilization_ratio{gpu="GPU-a"}': 0.5,
      'gpu_memory_used_bytes{gpu="GPU-a"}': 60,
      'gpu_power_watts{gpu="GPU-a"}': 210.5,
      'gpu_temperature_celsius{gpu="GPU-a",sensor="core"}': 61,
      'gpu_clock_hertz{gpu="GPU-a",clock="sm"}': 1.41e9,
      'gpu_clock_limit_reason_active{gpu="GPU-a",reason="sw-power-cap"}': 1,
      'gpu_clock_limit_reason_active{gpu="GPU-a",reason="hw-power-brake"}': 0,
      'gpu_clock_limit_seconds_total{gpu="GPU-a",reason="hw-power-brake"}': 2.5,
      'gpu_energy_joules_total{gpu="GPU-a"}': 1000,
      'gpu_engine_active_ratio{gpu="GPU-a",gpu_instance="",engine="tensor"}': 0,
      'gpu_ecc_errors_total{gpu="GPU-a",type="uncorrected"}': 0,
      'telemetry_field_available{source="nvml",gpu="GPU-a",field="gpu.memory.used"}': 1,
      'telemetry_rejected_total{source="nvml",field="gpu.memory.used"}': 0,
    });
    expect(seriesOf(all, 'gpu_power_limit_watts')?.size).toBe(0);
    expect(seriesOf(all, 'gpu_memory_reserved_bytes')?.size).toBe(0);
  });

  it('of a device cut up by MIG is shown by GPU instance, with what is not reported', async () => {
    const instances = [{ instance: '3', computeInstance: '0', uuid: 'MIG-1', profile: '1g.10gb' }];
    const sample: Sample = {
      readings: [{ name: 'gpu.mig.memory.used', gpu: 'GPU-a', instance: '3', value: 7 }],
      missing: [{ name: 'gpu.utilization', gpu: 'GPU-a', why: 'mig' }],
      devices: [{ gpu: 'GPU-a', mig: 'on', instances }],
    };
    expect(valuesOf(await shown([active('nvml'), collected('nvml', sample)]))).toMatchObject({
      'gpu_mig_memory_used_bytes{gpu="GPU-a",gpu_instance="3"}': 7,
      'gpu_mig_info{gpu="GPU-a",mig="MIG-1",gpu_instance="3",compute_instance="0",profile="1g.10gb"}': 1,
      'telemetry_field_available{source="nvml",gpu="GPU-a",field="gpu.utilization"}': 0,
      'telemetry_field_available{source="nvml",gpu="GPU-a",field="gpu.mig.memory.used"}': 1,
    });
  });

  it('of host and model server is shown under their names', async () => {
    const backend = readingsOf({
      'backend.cache': 0.25,
      'backend.requests.waiting': 4,
      'backend.tokens.prompt': 900,
      'backend.preemptions': 0,
    });
    const server: Sample = { readings: backend, missing: [], backend: 'vllm' };
    const host = hostSample({ 'host.pressure.io': 0.125, 'host.memory.limit': 64 });
    expect(
      valuesOf(await shown([collected('host', host), active('model-server'), collected('model-server', server)])),
    ).toMatchObject({
      'backend_cache_usage_ratio{backend="vllm"}': 0.25,
      'backend_requests{backend="vllm",state="waiting"}': 4,
      'backend_tokens_total{backend="vllm",kind="prompt"}': 900,
      'backend_preemptions_total{backend="vllm"}': 0,
      host_cpu_utilization_ratio: 0,
      host_cpu_throttled_seconds_total: 1.5,
      'host_pressure_ratio{resource="io"}': 0.125,
      host_memory_limit_bytes: 64,
    });
  });

  it('that says nothing because it is too early claims nothing about the device', async () => {
    const sample: Sample = { readings: [], missing: [{ name: 'host.cpu', why: 'warming-up' }] };
    expect(seriesOf(await shown([collected('host', sample)]), 'telemetry_field_available')?.size).toBe(0);
  });

  it('with numbers taken out counts them by field', async () => {
    const rejected = {
      ...collected('host', hostSample()),
      result: 'partial',
      rejected: ['host.cpu', 'host.cpu'],
    } as const;
    expect(valuesOf(await shown([rejected]))).toMatchObject({
      'telemetry_rejected_total{source="host",field="host.cpu"}': 2,
    });
  });

  it('counts every restart of a counter, also one that nobody looked at', async () => {
    const energies = [1000, 20, 1500].map((value) => collected('nvml', deviceSample({ 'gpu.energy': value })));
    expect(valuesOf(await shown([active('nvml'), ...energies]))).toMatchObject({
      'gpu_energy_joules_total{gpu="GPU-a"}': 2500,
    });
  });

  it('tells when an XID error appeared', async () => {
    const xids = [0, 79].map((value) => collected('nvml', deviceSample({ 'gpu.xid': value })));
    expect(valuesOf(await shown([active('nvml'), ...xids]))).toMatchObject({
      'gpu_xid_last_timestamp_seconds{gpu="GPU-a",xid="79"}': startedAt / 1000,
    });
  });
});

describe('an XID error that NVML tells', () => {
  const told = collected('nvml', deviceSample({ 'gpu.xid': 79 }));

  it('again is another one', async () => {
    const worker = started([active('nvml'), told, collected('nvml', deviceSample())]);
    worker.pass(60_000);
    worker.tell(told);
    expect(valuesOf(await worker.read())).toMatchObject({
      'gpu_xid_last_timestamp_seconds{gpu="GPU-a",xid="79"}': startedAt / 1000 + 60,
    });
  });

  it('is not lost while another source is active, and is not told again when NVML is taken back', async () => {
    const worker = started([active('dcgm'), collected('dcgm', deviceSample()), told]);
    worker.pass(1000);
    worker.tell(active('nvml', 'recovered'));
    expect(valuesOf(await worker.read())).toMatchObject({
      'gpu_xid_last_timestamp_seconds{gpu="GPU-a",xid="79"}': startedAt / 1000,
    });
  });
});

describe('two sources', () => {
  const trial = collected('nvml', deviceSample({ 'gpu.utilization': 0.9, 'gpu.energy': 7 }));
  const used = collected('dcgm', deviceSample({ 'gpu.utilization': 0.1, 'gpu.energy': 500 }));

  it('are never merged: only what the active one reports is shown', async () => {
    const all = await shown([used, active('dcgm'), trial]);
    expect([...(seriesOf(all, 'gpu_utilization_ratio')?.values() ?? [])]).toEqual([0.1]);
    expect(valuesOf(all)).toMatchObject({
      'gpu_energy_joules_total{gpu="GPU-a"}': 500,
      'telemetry_active{source="nvml"}': 0,
      'telemetry_active{source="dcgm"}': 1,
      'telemetry_order{source="dcgm"}': 1,
    });
  });

  it('change over without a jump of what they count', async () => {
    const all = await shown([used, active('dcgm'), trial, active('nvml', 'recovered')]);
    expect(valuesOf(all)).toMatchObject({
      'gpu_utilization_ratio{gpu="GPU-a"}': 0.9,
      'gpu_energy_joules_total{gpu="GPU-a"}': 500,
      'telemetry_switches_total{source="nvml",cause="recovered"}': 1,
    });
  });

  it('that have both failed show no device, and none is active', async () => {
    const all = await shown([used, active('dcgm'), { type: 'source-switched', cause: 'failed' }]);
    expect(deviceSeries(all)).toEqual([]);
    expect(valuesOf(all)).toMatchObject({ 'telemetry_active{source="dcgm"}': 0, 'telemetry_active{source="nvml"}': 0 });
  });
});

describe('what has gone', () => {
  it('loses its series once the last sample is too old, counters and all', async () => {
    const worker = started([active('nvml'), collected('nvml', deviceSample()), collected('host', hostSample())]);
    worker.pass(staleMs - 100);
    expect(deviceSeries(await worker.read())).not.toEqual([]);
    worker.pass(100);
    const all = await worker.read();
    expect(deviceSeries(all)).toEqual([]);
    expect(seriesOf(all, 'host_cpu_throttled_seconds_total')?.size).toBe(0);
    expect(valuesOf(all)).toMatchObject({
      'telemetry_up{source="nvml"}': 0,
      'telemetry_last_success_timestamp_seconds{source="nvml"}': startedAt / 1000,
    });
  });

  it('is kept for as long as its source takes to refresh', async () => {
    const slow = { ...deviceSample(), interval: 30_000 };
    const worker = started([active('dcgm'), collected('dcgm', slow)]);
    worker.pass(90_000);
    expect(deviceSeries(await worker.read())).not.toEqual([]);
    worker.pass(5001);
    expect(deviceSeries(await worker.read())).toEqual([]);
  });

  it('as a device is gone with the first sample without it, and no longer counted', async () => {
    const two: Sample = {
      ...deviceSample(),
      devices: [{ gpu: 'GPU-a' }, { gpu: 'GPU-b', lost: true }],
      missing: [{ name: 'gpu.utilization', gpu: 'GPU-b', why: 'lost' }],
    };
    const all = await shown([
      active('nvml'),
      collected('nvml', deviceSample({}, 'GPU-b')),
      { ...collected('nvml', two), result: 'partial' },
    ]);
    expect(seriesOf(all, 'gpu_info')?.size).toBe(1);
    expect(valueOf(all, 'gpu_utilization_ratio{gpu="GPU-b"}')).toBeUndefined();
    expect(valueOf(all, 'gpu_energy_joules_total{gpu="GPU-b"}')).toBeUndefined();
    expect(valuesOf(all)).toMatchObject({
      'telemetry_field_available{source="nvml",gpu="GPU-b",field="gpu.utilization"}': 0,
    });
  });
});

describe('a source', () => {
  it.each([
    ['ok', 1],
    ['partial', 1],
    ['unchanged', 0],
    ['timeout', 0],
  ] as const)('whose last collection was %s is up: %i', async (result, up) => {
    const last = { ...collected('nvml', deviceSample()), result };
    const all = await shown([active('nvml'), collected('nvml', deviceSample()), last]);
    expect(valuesOf(all)).toMatchObject({ 'telemetry_up{source="nvml"}': up });
  });

  it('that is not asked any more, since a better one answers, is neither up nor down', async () => {
    const worker = started([active('dcgm'), collected('dcgm', deviceSample()), active('nvml', 'recovered')]);
    worker.pass(60_000);
    const all = await worker.read();
    expect(valueOf(all, 'telemetry_up{source="dcgm"}')).toBeUndefined();
    expect(valuesOf(all)).toMatchObject({ 'telemetry_collections_total{source="dcgm",result="ok"}': 1 });
  });

  it('counts its results from 0 and its durations, also of failures', async () => {
    const failed = { type: 'collection', source: 'host', result: 'exit', durationMs: 40 } as const;
    expect(valuesOf(await shown([collected('host', hostSample()), failed]))).toMatchObject({
      'telemetry_collections_total{source="host",result="ok"}': 1,
      'telemetry_collections_total{source="host",result="exit"}': 1,
      'telemetry_collections_total{source="host",result="stuck"}': 0,
      'telemetry_collections_total{source="nvml",result="ok"}': 0,
      'telemetry_collect_duration_seconds_count{source="host"}': 2,
    });
  });
});

it('counts probe processes left behind until they are gone', async () => {
  const left = [3, 4].map((pid) => ({ type: 'probe-abandoned', pid }) as const);
  const all = await shown([...left, { type: 'probe-reaped', pid: 3 }]);
  expect(valuesOf(all)).toMatchObject({ telemetry_probes_abandoned: 1 });
});

function collected(source: SourceKind, sample: Sample): Extract<TelemetryEvent, { type: 'collection' }> {
  return { type: 'collection', source, result: 'ok', durationMs: 4, ageMs: 4, sample };
}

function active(source: SourceKind, cause: 'start' | 'recovered' = 'start'): TelemetryEvent {
  return { type: 'source-switched', source, cause };
}

interface Watched {
  pass(ms: number): void;
  tell(event: TelemetryEvent): void;
  read(): Promise<ReadonlyMap<string, ParsedFamily>>;
}

function started(events: readonly TelemetryEvent[]): Watched {
  let now = 0;
  const metrics = createMetrics({
    queue: 'local',
    strategy: 'aimd',
    periodMs: 1000,
    version: '1.2.3',
    inFlight: () => 0,
    gateWaiting: () => 0,
    telemetryOrder: ['nvml', 'dcgm'],
    telemetryStaleMs: staleMs,
    clock: { now: () => now, wall: () => startedAt + now },
  });
  open.push(metrics);
  for (const event of events) metrics.record(event);
  return {
    pass: (ms) => {
      now += ms;
    },
    tell: metrics.record,
    read: async () => parseOpenMetrics(await metrics.render()),
  };
}

function shown(events: readonly TelemetryEvent[]): Promise<ReadonlyMap<string, ParsedFamily>> {
  return started(events).read();
}

function deviceSeries(all: ReadonlyMap<string, ParsedFamily>): readonly string[] {
  return [...all].filter(([name]) => name.startsWith('flyball_gpu_')).flatMap(([, { series }]) => [...series.keys()]);
}
