import { describe, expect, it } from 'vitest';
import { families } from './catalogue.ts';
import type { FlyballEvent } from './events.ts';
import { startedMetrics } from '../../test/fixtures/observability/started-metrics.ts';

const trace = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' };
const other = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7' };
const job = { jobId: 'a', attempt: 1 } as const;
const succeeded = { type: 'attempt-ended', ...job, outcome: 'succeeded', deadlineMs: 2000, retried: false } as const;

/** A job, and the request that brought it, as they are told without a trace. */
const untraced: readonly FlyballEvent[] = [
  { type: 'http-request', operation: 'run', status: 200, durationMs: 4 },
  { type: 'admission', result: 'admitted', reason: '', waitMs: 3 },
  { type: 'attempt-started', ...job, queueWaitMs: 40 },
  { ...succeeded, serviceMs: 1500 },
  { type: 'job-finished', jobId: 'a', status: 'succeeded', totalMs: 1600 },
];
const traced = untraced.map((event) => ({ ...event, trace }));

describe('the exemplar of a sampled job', () => {
  it('is in every family that carries some, at its bucket, value and time', async () => {
    const ids = `trace_id="${trace.traceId}",span_id="${trace.spanId}"`;
    expect(await exemplars(traced)).toEqual([
      `gate_wait_seconds_bucket{le="0.005",queue="local"} 1 # {${ids}} 0.003 1790000000`,
      `job_queue_wait_seconds_bucket{le="0.1",queue="local"} 1 # {${ids}} 0.04 1790000000`,
      `job_service_seconds_bucket{le="2",queue="local",outcome="succeeded"} 1 # {${ids}} 1.5 1790000000`,
      `job_total_seconds_bucket{le="2.5",queue="local",status="succeeded"} 1 # {${ids}} 1.6 1790000000`,
      `job_deadline_ratio_bucket{le="0.75",queue="local"} 1 # {${ids}} 0.75 1790000000`,
      `http_request_seconds_bucket{le="0.005",operation="run"} 1 # {${ids}} 0.004 1790000000`,
    ]);
    const carrying = Object.entries(families).filter(([, family]) => 'exemplars' in family);
    expect(carrying.map(([name]) => name)).toEqual(
      (await exemplars(traced)).map((line) => /^[a-z_]+(?=_bucket)/.exec(line)?.[0]),
    );
  });

  it('is the last one of its bucket, and those of other buckets stay', async () => {
    const slow = { ...succeeded, serviceMs: 9000, trace: other };
    const lines = await exemplars([...traced, { ...succeeded, serviceMs: 1400, trace: other }, slow]);
    const services = lines.filter((line) => line.startsWith('job_service_seconds'));
    expect(services.map((line) => /le="([^"]*)".*trace_id="([^"]*)".* (\S+) \S+$/.exec(line)?.slice(1))).toEqual([
      ['2', other.traceId, '1.4'],
      ['10', other.traceId, '9'],
    ]);
  });

  it('stays when an unsampled one comes after it', async () => {
    expect(await exemplars([...traced, { ...succeeded, serviceMs: 1400 }])).toContain(
      `job_service_seconds_bucket{le="2",queue="local",outcome="succeeded"} 2 # {trace_id="${trace.traceId}",span_id="${trace.spanId}"} 1.5 1790000000`,
    );
  });

  it('keeps within the 128 characters of OpenMetrics', async () => {
    const sets = (await exemplars(traced)).map((line) => / # \{(.*)\} /.exec(line)?.[1] ?? '');
    expect(sets.map((set) => set.replaceAll(/[=",]/g, '').length)).toEqual(Array(6).fill(63));
  });
});

describe('there is no exemplar', () => {
  it('of what was not sampled', async () => {
    expect(await exemplars(untraced)).toEqual([]);
  });

  it('in the classic rendering, which has no place for one', async () => {
    expect(await startedMetrics(traced, { format: 'classic' }).render()).not.toContain('trace_id');
  });

  it('in families that carry none, whatever happened in a trace', async () => {
    const events = [
      { type: 'lease-lost', jobId: 'a', cause: 'expired', trace },
      { type: 'webhook', jobId: 'a', result: 'accepted', trace },
      { type: 'admission', result: 'deferred', reason: 'guard', waitMs: 0, trace },
    ] as const;
    expect(await exemplars(events)).toEqual([]);
  });
});

/** Lines of `/metrics` with an exemplar, without `flyball_`. */
async function exemplars(events: readonly FlyballEvent[]): Promise<readonly string[]> {
  const lines = (await startedMetrics(events).render()).split('\n');
  return lines.filter((line) => line.includes(' # {')).map((line) => line.replace(/^flyball_/, ''));
}
