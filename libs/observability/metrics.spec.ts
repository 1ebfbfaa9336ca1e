import { execFileSync, spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { readingUnits, type Sample } from '#libs/core';
import { families } from './catalogue.ts';
import type { FlyballEvent } from './events.ts';
import { deviceSample, hostSample } from '../../test/fixtures/observability/device-sample.ts';
import { healthyRecord } from '../../test/fixtures/observability/healthy-record.ts';
import { seriesOf, valueOf } from '../../test/fixtures/observability/rendered.ts';
import { readMetrics as read, startedMetrics as started } from '../../test/fixtures/observability/started-metrics.ts';

const reading = { unit: 'ratio', source: 'simulated', age: 250 } as const;
const everyEvent: readonly FlyballEvent[] = [
  period({
    action: 'increase',
    reason: 'slow-start',
    decision: { limit: 200, reason: 'slow-start', terms: { error: -0.25 } },
    bounds: { min: 1, max: 64, in: 200, out: 64, bit: 'max' },
    limit: { before: 40, after: 64, gate: 64, since: 0, was: 40 },
    guard: {
      state: 'on',
      model: 'fatal',
      refused: 0,
      devices: [{ gpu: 'GPU-a', predicted: 74, needed: 77, ceiling: 78, next: 3, deviation: 1, factor: 0.9 }],
    },
    members: [{ strategy: 'pid', limit: 210, reason: 'headroom' }],
    shadows: [{ strategy: 'goodput', limit: 12.5, reason: 'plateau' }],
    observation: {
      ...healthyRecord().observation,
      slack: { p50: 0.4, p90: 0.8 },
      readings: [
        { ...reading, name: 'gpu.memory.used', gpu: 'GPU-a', value: 60, unit: 'bytes' },
        { ...reading, name: 'gpu.memory.total', gpu: 'GPU-a', value: 80, unit: 'bytes' },
        { ...reading, name: 'host.cpu', value: 0, source: 'host' },
      ],
    },
  }),
  { type: 'strategy-error', strategy: 'aimd', kind: 'threw', message: 'no' },
  { type: 'admission', result: 'admitted', reason: '', waitMs: 3 },
  { type: 'admission', result: 'deferred', reason: 'guard', waitMs: 0 },
  { type: 'admission', result: 'given-back', reason: 'drain', waitMs: 3 },
  { type: 'attempt-started', jobId: 'a', attempt: 1, queueWaitMs: -5 },
  ended({ outcome: 'succeeded', serviceMs: 1500, deadlineMs: 2000 }),
  ended({ outcome: 'overloaded', errorType: 'out-of-memory', serviceMs: 10, deadlineMs: 2000, retried: true }),
  { type: 'job-finished', jobId: 'a', status: 'succeeded', totalMs: 1600 },
  { type: 'queue-operation', operation: 'take', result: 'ok', durationMs: 2 },
  { type: 'lease-lost', jobId: 'a', cause: 'expired' },
  { type: 'handler-state', kind: 'python', up: true, startMs: 800 },
  { type: 'handler-state', kind: 'python', up: false, cause: 'exit', detail: 'signal SIGKILL' },
  { type: 'handler-log', level: 'info', message: 'hello' },
  {
    type: 'out-of-memory',
    scope: 'attempt',
    failure: { outcome: 'overloaded', errorType: 'out-of-memory', message: 'CUDA', retry: true },
  },
  { type: 'http-request', operation: 'run', status: 200, durationMs: 4 },
  { type: 'webhook', jobId: 'a', result: 'accepted' },
  { type: 'record-written', sink: 'file', result: 'written', count: 3 },
  { type: 'notice', level: 'info', event: 'process-started', fields: {} },
  {
    type: 'collection',
    source: 'host',
    result: 'ok',
    durationMs: 2,
    sample: hostSample({ ...readingsNamed('host.'), 'host.cpu': 0 }),
  },
  { type: 'collection', source: 'nvml', result: 'ok', durationMs: 3, sample: deviceSample() },
  { type: 'source-switched', source: 'nvml', cause: 'start' },
  { type: 'collection', source: 'nvml', result: 'ok', durationMs: 3, sample: everyReading() },
  { type: 'collection', source: 'nvml', result: 'timeout', durationMs: 2000 },
  { type: 'probe-said', text: 'a word' },
  { type: 'probe-restarted', cause: 'crash', detail: 'status 1' },
  { type: 'probe-abandoned', pid: 7 },
  { type: 'probe-reaped', pid: 7 },
];

/** Absent until a device, a server or a sample tells them. */
const toldByOthers = [
  'telemetry_rejected_total',
  'gpu_energy_joules_total',
  'gpu_clock_limit_reason_active',
  'gpu_clock_limit_seconds_total',
  'gpu_ecc_errors_total',
  'backend_preemptions_total',
  'backend_tokens_total',
  'host_cpu_throttled_seconds_total',
];
const spans = { exported: 7, dropped: 0, failed: 2 };

describe('at start', () => {
  it('counters and states are at 0 in every combination, and nothing is claimed that is not known', async () => {
    const all = await read(started());
    const namesOf = (...types: readonly string[]): readonly string[] =>
      Object.entries(families).flatMap(([name, family]) => (types.includes(family.type) ? name : []));
    const zeroed = namesOf('counter', 'state-set').map(
      (name) => [name, [...(seriesOf(all, name)?.values() ?? [])]] as const,
    );
    const absent = zeroed.flatMap(([name, values]) => (values.length === 0 ? name : []));
    expect(absent).toEqual(['handler_restarts_total', ...toldByOthers, 'spans_total']);
    expect(new Set(zeroed.flatMap(([, values]) => values))).toEqual(new Set([0]));
    const claimed = namesOf('gauge').filter((name) => seriesOf(all, name)?.size !== 0);
    expect(claimed).toEqual([
      'inflight_jobs',
      'gate_waiting_jobs',
      'telemetry_order',
      'telemetry_probes_abandoned',
      'build_info',
    ]);
    expect(valueOf(all, 'admissions_total{queue="local",result="admitted",reason=""}')).toBe(0);
    expect(valueOf(all, 'admissions_total{queue="local",result="admitted",reason="drain"}')).toBeUndefined();
  });

  it('has fewer series than a worker may have', async () => {
    const all = await read(started());
    expect(seriesCount(all)).toBeLessThan(1000);
  });
});

describe('an event', () => {
  it('of each kind is in the strictly read text, in seconds, bytes and ratios', async () => {
    const all = await read(started(everyEvent));
    const expected = {
      'concurrency_limit{queue="local"}': 64,
      'concurrency_limit_wanted{queue="local"}': 200,
      'concurrency_limit_member{queue="local",strategy="pid"}': 210,
      'concurrency_limit_shadow{queue="local",strategy="goodput"}': 12.5,
      'strategy_term{queue="local",strategy="aimd",term="error"}': -0.25,
      'strategy_errors_total{queue="local",strategy="aimd",kind="threw"}': 1,
      'limiting_factor{queue="local",factor="bound"}': 1,
      'bound_active{queue="local",bound="max"}': 1,
      'controller_mode{queue="local",mode="auto"}': 1,
      'guard_predicted_bytes{gpu="GPU-a"}': 77,
      'guard_ceiling_bytes{gpu="GPU-a"}': 78,
      'guard_footprint_bytes{gpu="GPU-a"}': 3,
      'guard_trust_ratio{gpu="GPU-a"}': 0.9,
      'guard_state{queue="local",state="on"}': 1,
      'admissions_total{queue="local",result="deferred",reason="guard"}': 1,
      'decisions_total{queue="local",action="increase",reason="slow-start"}': 1,
      'limit_last_change_timestamp_seconds{queue="local",action="increase",reason="slow-start"}': 1_790_000_000,
      'signal_pressure_ratio{queue="local",signal="gpu-memory"}': 0.75,
      'gpu_memory_used_bytes{gpu="GPU-a"}': 1,
      'telemetry_collections_total{source="nvml",result="ok"}': 2,
      'telemetry_switches_total{source="nvml",cause="start"}': 1,
      'telemetry_probe_restarts_total{cause="crash"}': 1,
      telemetry_probes_abandoned: 0,
      host_cpu_utilization_ratio: 0,
      'telemetry_sample_age_seconds{source="simulated"}': 0.25,
      'control_period_duration_seconds_sum{queue="local"}': 0.0005,
      'gate_wait_seconds_count{queue="local"}': 1,
      'clock_skew_total{queue="local"}': 1,
      'attempts_total{queue="local",outcome="overloaded",error_type="out-of-memory"}': 1,
      'job_service_seconds_sum{queue="local",outcome="succeeded"}': 1.5,
      'job_service_seconds_bucket{le="2",queue="local",outcome="succeeded"}': 1,
      'job_deadline_ratio_sum{queue="local"}': 0.75,
      'job_deadline_ratio_count{queue="local"}': 1,
      'job_retries_total{queue="local",error_type="out-of-memory"}': 1,
      'queue_jobs{queue="local",state="waiting"}': 7,
      'queue_oldest_age_seconds{queue="local"}': 1.5,
      'handler_up{queue="local",kind="python"}': 0,
      'handler_restarts_total{queue="local",kind="python",cause="exit"}': 1,
      'handler_restarts_total{queue="local",kind="python",cause="refresh"}': 0,
      'http_requests_total{operation="run",code="2xx"}': 1,
      'decision_records_total{sink="file",result="written"}': 3,
      'inflight_jobs{queue="local"}': 3,
    };
    expect(Object.fromEntries(Object.keys(expected).map((series) => [series, valueOf(all, series)]))).toEqual(expected);
  });

  it('there is for every family', async () => {
    const workers = async () => [{ kind: 'flyball' }] as const;
    const outbox = () => ({ results: 0, oldestAge: 0 });
    const all = await read(started(everyEvent, { spans: () => spans, workers, outbox }));
    expect(Object.keys(families).filter((name) => (seriesOf(all, name)?.size ?? 0) === 0)).toEqual([]);
  });

  it('with a stranger among its labels counts as other, and as an overflow', async () => {
    const stranger = { type: 'queue-operation', operation: 'teleport', result: 'ok', durationMs: 1 };
    const all = await read(started([stranger as FlyballEvent]));
    expect(valueOf(all, 'queue_operations_total{queue="local",operation="other",result="ok"}')).toBe(1);
    expect(valueOf(all, 'label_overflow_total{family="queue_operations_total"}')).toBe(1);
  });

  it('has a series for the overflow of each family that can, under its own name', async () => {
    const overflows = (await read(started())).get('flyball_label_overflow_total')?.series.keys() ?? [];
    expect([...overflows].filter((labels) => labels.includes('other'))).toEqual([]);
  });

  it('with a number that is none changes nothing and does not throw', async () => {
    const before = (await read(started())).get('flyball_job_total_seconds');
    const odd = { type: 'job-finished', jobId: 'a', status: 'failed', totalMs: NaN } as const;
    const after = (await read(started([odd, period({ decision: { limit: NaN, reason: 'steady' } })]))).get(
      'flyball_job_total_seconds',
    );
    expect(after?.series).toEqual(before?.series);
  });

  it('with ever new terms keeps the first and sums the rest up as other', async () => {
    const terms = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`t${index}`, index]));
    const all = await read(started([period({ decision: { limit: 4, reason: 'steady', terms } })]));
    expect(seriesOf(all, 'strategy_term')?.size).toBe(65);
  });
});

describe('a period', () => {
  it('without a source, a term, a depth, a shadow or a member that the one before had removes its series', async () => {
    const bare: FlyballEvent = { type: 'period', record: healthyRecord(), durationMs: 0.5, lagMs: 1 };
    const all = await read(started([...everyEvent, bare]));
    const names = [
      'telemetry_sample_age_seconds',
      'strategy_term',
      'queue_jobs',
      'concurrency_limit_shadow',
      'concurrency_limit_member',
    ];
    expect(names.map((name) => seriesOf(all, name)?.size)).toEqual([0, 0, 0, 0, 0]);
    expect(valueOf(all, 'bound_active{queue="local",bound="max"}')).toBe(0);
  });

  it('counts a change against the direction of the one before', async () => {
    const moves = (['increase', 'increase', 'hold', 'decrease', 'increase'] as const).map((action) =>
      period({ action }),
    );
    expect(valueOf(await read(started(moves)), 'limit_reversals_total{queue="local"}')).toBe(2);
  });

  it('that is late, failed or missed is told apart', async () => {
    const late = { ...period({}), lagMs: 3200 };
    const failed = period({ error: { kind: 'threw', name: 'Error', message: 'no' } });
    const all = await read(started([period({}), late, failed]));
    const results = ['ok', 'late', 'skipped', 'error'].map((result) =>
      valueOf(all, `control_periods_total{queue="local",result="${result}"}`),
    );
    expect(results).toEqual([1, 1, 3, 1]);
  });

  it('warms the worker once it has been ready for two minutes, until it drains', async () => {
    let draining = false;
    const metrics = started([{ type: 'handler-state', kind: 'module', up: true }, period({ t: 1000 })], {
      draining: () => draining,
    });
    const warm = async (): Promise<unknown> => valueOf(await read(metrics), 'worker_warm{queue="local"}');
    expect(await warm()).toBe(0);
    metrics.record(period({ t: 121_000 }));
    expect(await warm()).toBe(1);
    draining = true;
    expect(await warm()).toBe(0);
    expect(valueOf(await read(metrics), 'worker_draining{queue="local"}')).toBe(1);
  });

  it('of an older record shows what it knows of the guard', async () => {
    const devices = [{ gpu: 'GPU-a', predicted: 74, ceiling: 78, next: 3, deviation: 1, factor: 1 }];
    const all = await read(started([period({ guard: { state: 'on', model: 'job', refused: 0, devices } })]));
    expect(valueOf(all, 'guard_predicted_bytes{gpu="GPU-a"}')).toBe(74);
  });
});

describe('a worker', () => {
  const depths = (all: Awaited<ReturnType<typeof read>>) => ({
    waiting: valueOf(all, 'queue_jobs{queue="local",state="waiting"}'),
    oldest: valueOf(all, 'queue_oldest_age_seconds{queue="local"}'),
  });

  it('that is still starting has a handler that is not up, and tells how many jobs wait', async () => {
    const metrics = started([{ type: 'handler-state', kind: 'python', up: false }], {
      depth: async () => ({ waiting: 5, lowPriority: 0, leased: 0, oldestAge: 90_000 }),
    });
    const all = await read(metrics);
    expect(valueOf(all, 'handler_up{queue="local",kind="python"}')).toBe(0);
    expect(depths(all)).toEqual({ waiting: 5, oldest: 90 });
    expect(seriesOf(all, 'handler_restarts_total')?.size).toBe(0);
  });

  it('that has periods tells what they saw of the queue, and asks it no more', async () => {
    let asked = 0;
    const depth = async () => ({ waiting: (asked += 1), lowPriority: 0, leased: 0, oldestAge: 0 });
    expect(depths(await read(started([period({})], { depth })))).toEqual({ waiting: 7, oldest: 1.5 });
    expect(asked).toBe(0);
  });

  it('that drains asks the queue itself, and tells nothing that only a period could see', async () => {
    let waiting = 20;
    const metrics = started([...everyEvent, period({ mode: 'draining', reason: 'draining' })], {
      draining: () => true,
      depth: async () => ({ waiting: (waiting += 1), lowPriority: 0, leased: 0, oldestAge: 1000 * waiting }),
    });
    expect(depths(await read(metrics))).toEqual({ waiting: 21, oldest: 21 });
    const all = await read(metrics);
    expect(depths(all)).toEqual({ waiting: 22, oldest: 22 });
    const gone = ['signal_pressure_ratio', 'telemetry_sample_age_seconds', 'eventloop_utilization_ratio'];
    expect([...gone, 'guard_predicted_bytes', 'strategy_term'].map((name) => seriesOf(all, name)?.size)).toEqual([
      0, 0, 0, 0, 0,
    ]);
    expect(valueOf(all, 'controller_mode{queue="local",mode="draining"}')).toBe(1);
    expect(valueOf(all, 'controller_mode{queue="local",mode="auto"}')).toBe(0);
    expect(valueOf(all, 'limiting_factor{queue="local",factor="operator"}')).toBe(1);
    expect(valueOf(all, 'concurrency_limit{queue="local"}')).toBe(4);
  });

  it.each([
    ['fails', async () => Promise.reject(new Error('gone'))],
    ['does not answer', () => new Promise<never>(() => undefined)],
  ])('whose queue %s has no depth, and is read all the same', async (_, depth) => {
    expect(depths(await read(started([], { depth })))).toEqual({});
  });
});

describe('10,000 jobs with random ids, errors and reasons', () => {
  it('leave the number of series as it is; strangers are other, and counted', async () => {
    const metrics = started(everyEvent);
    for (let job = 0; job < 500; job += 1) for (const event of randomJob(job)) metrics.record(event);
    const before = await read(metrics);
    for (let job = 500; job < 10_500; job += 1) for (const event of randomJob(job)) metrics.record(event);
    const after = await read(metrics);
    expect(seriesCount(after)).toBe(seriesCount(before));
    const series = [...after.values()].flatMap((family) => [...family.series.keys()]);
    expect(series.filter((each) => each.includes('stranger'))).toEqual([]);
    const other = 'attempts_total{queue="local",outcome="failed",error_type="other"}';
    expect(valueOf(after, other)).toBeGreaterThan(valueOf(before, other) ?? Infinity);
    for (const family of ['decisions_total', 'admissions_total', 'jobs_finished_total', 'http_requests_total']) {
      expect(valueOf(after, `label_overflow_total{family="${family}"}`)).toBeGreaterThan(0);
    }
  });
});

/** What a job that knows no closed set would tell; the same of the same number. */
function randomJob(job: number): readonly FlyballEvent[] {
  const word = (kind: string): string => `stranger-${kind}-${(job * 7919) % 10_007}`;
  // One in three is a stranger.
  const or = (known: string, kind: string): never => (job % 3 === 0 ? word(kind) : known) as never;
  return [
    { type: 'admission', result: 'deferred', reason: or('guard', 'reason'), waitMs: 1 },
    { type: 'attempt-started', jobId: word('job'), attempt: 1, queueWaitMs: 1 },
    ended({ jobId: word('job'), outcome: 'failed', errorType: or('upstream', 'error'), message: word('message') }),
    { type: 'job-finished', jobId: word('job'), status: or('failed', 'status'), totalMs: 5 },
    { type: 'http-request', operation: or('run', 'path'), status: 200, durationMs: 1 },
    { type: 'webhook', jobId: word('job'), result: or('accepted', 'result') },
    period({ reason: or('steady', 'reason'), decision: { limit: 4, reason: or('steady', 'reason') } }),
  ];
}

/** Without those of Node's own: a kind of garbage collection has series from its first time on. */
function seriesCount(all: Awaited<ReturnType<typeof read>>): number {
  const own = [...all].filter(([family]) => !family.startsWith('nodejs_'));
  return own.reduce((sum, [, { series }]) => sum + series.size, 0);
}

describe('spans', () => {
  it('are counted by their fate while tracing is on, and have no series while it is off', async () => {
    let counts: typeof spans | undefined;
    const metrics = started([], { spans: () => counts });
    expect(seriesOf(await read(metrics), 'spans_total')?.size).toBe(0);
    counts = spans;
    expect([...(seriesOf(await read(metrics), 'spans_total') ?? [])]).toEqual([
      ['flyball_spans_total{result="exported"}', 7],
      ['flyball_spans_total{result="dropped"}', 0],
      ['flyball_spans_total{result="failed"}', 2],
    ]);
  });
});

describe('the text', () => {
  it('ends with one "# EOF", and has no other', async () => {
    const text = await started(everyEvent, { spans: () => spans }).render();
    expect(text.match(/# EOF/g)).toHaveLength(1);
    expect(text.endsWith('\n# EOF\n')).toBe(true);
  });

  it('keeps only process metrics that mean what they say', async () => {
    const names = [...(await read(started())).keys()].filter((name) => !name.startsWith('flyball_'));
    expect(names).toContain('process_resident_memory_bytes');
    expect(names.filter((name) => /active|eventloop|version/.test(name))).toEqual([]);
  });

  it('is announced as OpenMetrics', () => {
    expect(started().contentType).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8');
  });

  const promtool = spawnSync('promtool', ['--version']).status === 0;
  it.skipIf(!promtool)('in its classic form satisfies promtool (skipped without promtool)', async () => {
    const text = await started(everyEvent, { format: 'classic', spans: () => spans }).render();
    expect(execFileSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' })).toBe('');
  });
});

/** A device cut up by MIG that reports all there is, a model server's numbers among it. */
function everyReading(): Sample {
  const sample = deviceSample({ ...readingsNamed('gpu.'), ...readingsNamed('backend.') });
  const instances = [{ instance: '3', uuid: 'MIG-1' }];
  return { ...sample, backend: 'vllm', devices: sample.devices?.map((device) => ({ ...device, instances })) ?? [] };
}

function readingsNamed(prefix: string): Readonly<Record<string, number>> {
  const names = Object.keys(readingUnits).filter((name) => name.startsWith(prefix));
  return Object.fromEntries(names.map((name) => [name, 1]));
}

function period(change: Parameters<typeof healthyRecord>[0]): Extract<FlyballEvent, { type: 'period' }> {
  const depth = { waiting: 7, lowPriority: 0, leased: 3, oldestAge: 1500 };
  return { type: 'period', record: healthyRecord(change), durationMs: 0.5, lagMs: 1, depth };
}

function ended(change: Partial<Extract<FlyballEvent, { type: 'attempt-ended' }>>): FlyballEvent {
  return {
    type: 'attempt-ended',
    jobId: 'a',
    attempt: 1,
    outcome: 'succeeded',
    serviceMs: 5,
    retried: false,
    ...change,
  };
}
