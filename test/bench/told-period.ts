import type { DecisionRecord, TelemetryEvent } from '#libs/core';
import type { FlyballEvent } from '#libs/observability';
import { deviceSample, hostSample } from '../fixtures/observability/device-sample.ts';
import { healthyRecord } from '../fixtures/observability/healthy-record.ts';

/** The events of one second of a worker with so many devices: host and devices are read, and a period ends with another limit. */
export function eventsOfPeriod(n: number, gpus = 1): readonly FlyballEvent[] {
  return [
    collected('host', hostSample({ 'host.cpu': (n % 90) / 100 })),
    collected('nvml', devices(n, gpus)),
    period(n),
  ];
}

function collected(source: 'host' | 'nvml', sample: ReturnType<typeof hostSample>): TelemetryEvent {
  return { type: 'collection', source, result: 'ok', durationMs: 4, ageMs: 4, sample };
}

function devices(n: number, gpus: number): ReturnType<typeof deviceSample> {
  const each = Array.from({ length: gpus }, (_, index) =>
    deviceSample({ 'gpu.utilization': (n % 100) / 100, 'gpu.energy': n }, `GPU-${index}`),
  );
  return {
    readings: each.flatMap(({ readings }) => readings),
    missing: [],
    devices: each.flatMap(({ devices: own = [] }, index) => own.map((device) => ({ ...device, index }))),
  };
}

function period(n: number): FlyballEvent {
  return {
    type: 'period',
    record: changed(n),
    durationMs: 0.2,
    lagMs: 0.4,
    depth: { waiting: n % 50, lowPriority: 0, leased: 4, oldestAge: 100 },
  };
}

/** Up and down in turns, so that each period is a log line, a span and a change of states. */
function changed(n: number): DecisionRecord {
  const up = n % 2 === 0;
  const [was, gate] = up ? [4, 5] : [5, 4];
  const reason = up ? 'headroom' : 'deadline-misses';
  return healthyRecord({
    seq: n,
    t: n * 1000,
    at: 1_790_000_000_000 + n * 1000,
    decision: { limit: gate, reason, terms: { growth: 1, late: up ? 0 : 0.2 } },
    limit: { before: was, after: gate, gate, since: n * 1000, was },
    action: up ? 'increase' : 'decrease',
    reason,
    observation: {
      ...healthyRecord().observation,
      readings: [
        { name: 'gpu.utilization', unit: 'ratio', value: 0.7, source: 'nvml', age: 400, gpu: 'GPU-0' },
        { name: 'gpu.memory.used', unit: 'bytes', value: 6e10, source: 'nvml', age: 400, gpu: 'GPU-0' },
        { name: 'gpu.memory.total', unit: 'bytes', value: 8e10, source: 'nvml', age: 400, gpu: 'GPU-0' },
        { name: 'host.cpu', unit: 'ratio', value: 0.3, source: 'host', age: 400 },
      ],
    },
  });
}
