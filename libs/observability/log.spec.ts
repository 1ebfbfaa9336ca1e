import { describe, expect, it } from 'vitest';
import type { FlyballEvent } from './events.ts';
import { healthyRecord } from '../../test/fixtures/observability/healthy-record.ts';
import { createLog, type LogOptions } from './log.ts';

const failed = {
  type: 'attempt-ended',
  jobId: 'a',
  attempt: 2,
  outcome: 'failed',
  errorType: 'handler-threw',
  message: 'no such model',
  serviceMs: 12,
  retried: false,
} as const satisfies FlyballEvent;

describe('a line', () => {
  it('always has time, level, event and message, and the queue', () => {
    const [line] = logged([failed]);
    expect(line).toEqual({
      level: 'warn',
      time: '2026-11-23T00:00:00.000Z',
      queue: 'local',
      event: 'attempt-failed',
      job_id: 'a',
      attempt: 2,
      outcome: 'failed',
      error_type: 'handler-threw',
      message: 'no such model',
      service_ms: 12,
      retried: false,
      msg: 'attempt 2 of a failed: no such model',
    });
  });

  it.each<[FlyballEvent, string, string]>([
    [
      period({ action: 'decrease', limit: { before: 5, after: 4, gate: 4, since: 0, was: 5 } }),
      'info',
      'limit-changed',
    ],
    [period({}), 'debug', 'limit-held'],
    [{ type: 'strategy-error', strategy: 'pid', kind: 'threw', message: 'x' }, 'warn', 'strategy-failed'],
    [{ type: 'attempt-started', jobId: 'a', attempt: 1, queueWaitMs: 1 }, 'debug', 'attempt-started'],
    [{ type: 'job-finished', jobId: 'a', status: 'succeeded', totalMs: 1 }, 'info', 'job-finished'],
    [{ type: 'queue-operation', operation: 'take', result: 'ok', durationMs: 1 }, 'debug', 'job-taken'],
    [{ type: 'lease-lost', jobId: 'a', cause: 'stolen' }, 'warn', 'lease-lost'],
    [{ type: 'handler-state', kind: 'python', up: true, startMs: 900 }, 'info', 'handler-started'],
    [{ type: 'handler-state', kind: 'python', up: false, cause: 'exit' }, 'warn', 'handler-exited'],
    [{ type: 'http-request', operation: 'run', status: 200, durationMs: 1 }, 'debug', 'http-request'],
    [{ type: 'webhook', jobId: 'a', result: 'retried' }, 'warn', 'webhook-retry'],
    [{ type: 'record-written', sink: 'file', result: 'dropped' }, 'error', 'record-dropped'],
    [{ type: 'notice', level: 'info', event: 'settings-loaded', fields: {} }, 'info', 'settings-loaded'],
    [{ type: 'handler-log', level: 'error', message: 'oh' }, 'error', 'handler-log'],
    [{ type: 'source-switched', source: 'nvml', cause: 'start' }, 'info', 'telemetry-source'],
    [{ type: 'source-switched', source: 'nvidia-smi', cause: 'failed' }, 'info', 'telemetry-source'],
    [{ type: 'source-switched', cause: 'start' }, 'info', 'no-telemetry'],
    [{ type: 'source-switched', cause: 'failed' }, 'error', 'telemetry-none'],
    [{ type: 'collection', source: 'nvml', result: 'timeout', durationMs: 1 }, 'warn', 'telemetry-failed'],
    [{ type: 'probe-restarted', cause: 'crash', detail: 'status 1' }, 'warn', 'probe-restarted'],
    [{ type: 'probe-abandoned', pid: 7 }, 'warn', 'probe-abandoned'],
    [{ type: 'probe-reaped', pid: 7 }, 'info', 'probe-reaped'],
    [{ type: 'probe-said', text: 'NVML: oh' }, 'info', 'probe-log'],
  ])('for %o is %s %s', (event, level, name) => {
    expect(logged([event], { level: 'debug' })).toMatchObject([{ level, event: name }]);
  });

  it('is not written for what only metrics count, nor below the level', () => {
    const quiet: readonly FlyballEvent[] = [
      { type: 'admission', result: 'admitted', reason: '', waitMs: 1 },
      { type: 'record-written', sink: 'file', result: 'written' },
      { type: 'webhook', jobId: 'a', result: 'accepted' },
      { ...failed, outcome: 'cancelled' },
      { type: 'collection', source: 'nvml', result: 'ok', durationMs: 1 },
      period({}),
    ];
    expect(logged(quiet)).toEqual([]);
  });

  it('says how many jobs a take brought, and nothing of a handler that has only begun to start', () => {
    const events: readonly FlyballEvent[] = [
      { type: 'handler-state', kind: 'python', up: false },
      { type: 'queue-operation', operation: 'take', result: 'ok', durationMs: 1, count: 1 },
      { type: 'queue-operation', operation: 'take', result: 'ok', durationMs: 1, count: 3 },
    ];
    expect(logged(events, { level: 'debug' })).toMatchObject([
      { event: 'job-taken', count: 1, msg: 'took 1 job from the queue' },
      { event: 'job-taken', count: 3, msg: 'took 3 jobs from the queue' },
    ]);
  });

  it('names a change of the limit and of the mode with both ends and the decision', () => {
    const change = period({ action: 'increase', limit: { before: 3, after: 4, gate: 4, since: 0, was: 3 } });
    expect(logged([change, period({ mode: 'draining' })])).toMatchObject([
      {
        event: 'limit-changed',
        from: 3,
        to: 4,
        reason: 'steady',
        decision_id: '9f3c21aa-1',
        limiting_factor: 'strategy',
      },
      { event: 'mode-changed', from: 'auto', to: 'draining' },
    ]);
  });
});

describe('a change of the telemetry source', () => {
  it.each<[FlyballEvent, string]>([
    [{ type: 'source-switched', source: 'nvml', cause: 'start' }, 'telemetry comes from nvml'],
    [
      { type: 'source-switched', source: 'nvidia-smi', cause: 'failed', detail: 'nvml: no answer within 2 s' },
      'telemetry now comes from nvidia-smi (nvml: no answer within 2 s)',
    ],
    [{ type: 'source-switched', source: 'nvml', cause: 'recovered' }, 'telemetry comes again from nvml'],
    [
      { type: 'source-switched', cause: 'start', detail: 'nvml: no library' },
      'no source of TELEMETRY_GPU answers (nvml: no library)',
    ],
    [
      { type: 'source-switched', cause: 'failed', detail: 'nvml: lost' },
      'no source of TELEMETRY_GPU answers any more (nvml: lost)',
    ],
  ])('%o reads well', (event, msg) => {
    expect(logged([event])).toMatchObject([{ msg }]);
  });

  it('keeps the words of a driver library and their secrets apart', () => {
    const [line] = logged([{ type: 'probe-said', text: 'GET http://me:hush@dcgm/metrics failed' }]);
    expect(JSON.stringify(line)).not.toContain('hush');
  });
});

describe('a notice', () => {
  it.each([
    [{ message: 'all is well', strategy: 'pid' }, 'all is well'],
    [{ phase: 'draining', waitMs: 1.23456789, key: 'hush' }, 'shutdown phase phase=draining wait_ms=1.23457'],
  ])('with %o says %s', (fields, msg) => {
    expect(logged([{ type: 'notice', level: 'info', event: 'shutdown-phase', fields }])).toMatchObject([{ msg }]);
  });
});

describe('secrets', () => {
  it('in fields without a name here, and in URLs and tokens inside texts, do not get in', () => {
    const fields = {
      apiKey: 'hush',
      input: { prompt: 'hush' },
      headers: 'hush',
      url: 'rediss://me:hush@host/0',
      detail: 'POST https://hook/x?sign=hush with Bearer hush.hush failed',
      strategy: 'pid',
    };
    const [line] = logged([{ type: 'notice', level: 'info', event: 'settings-loaded', fields }]);
    expect(JSON.stringify(line)).not.toContain('hush');
    expect(line).toMatchObject({ url: 'rediss://***@host/0', strategy: 'pid' });
    const [failure] = logged([{ ...failed, message: 'GET http://u:hush@h/?k=hush' }]);
    expect(JSON.stringify(failure)).not.toContain('hush');
  });
});

describe('the same warning', () => {
  it('is told once in 10 s, then with how often it came', () => {
    const lines = logged(
      Array.from({ length: 25 }, (_, index) => ({ ...failed, jobId: `job-${index}` })),
      {},
      1000,
    );
    expect(lines.map((line) => [line['job_id'], line['repeated']])).toEqual([
      ['job-0', undefined],
      ['job-10', 9],
      ['job-20', 9],
      ['job-24', 4],
    ]);
  });

  it('is told with its count also when the storm is over', () => {
    const lines = logged([failed, failed, ...Array.from({ length: 12 }, () => period({}))], {}, 1000);
    expect(lines.map((line) => line['repeated'])).toEqual([undefined, 1]);
  });

  it('of another kind is another warning', () => {
    expect(logged([failed, { ...failed, errorType: 'timeout', outcome: 'timed-out' }])).toHaveLength(2);
  });

  it('of another source is another warning', () => {
    const slow = { type: 'collection', source: 'nvml', result: 'timeout', durationMs: 1 } as const;
    const lines = logged([slow, { ...slow, source: 'host' }]);
    expect(lines.map((line) => [line['source'], line['repeated']])).toEqual([
      ['nvml', undefined],
      ['host', undefined],
    ]);
  });

  it('as an information is told each time', () => {
    const finished = { type: 'job-finished', jobId: 'a', status: 'succeeded', totalMs: 1 } as const;
    expect(logged([finished, finished])).toHaveLength(2);
  });
});

describe('for people', () => {
  it('a line is short, and cannot move their cursor', () => {
    const lines: string[] = [];
    const log = createLog({ level: 'info', human: true, clock: () => start, write: (line) => lines.push(line) });
    log.record({ ...failed, message: 'red \u001b[31m\nand two lines' });
    expect(lines).toEqual(['00:00:00.000 WARN  attempt-failed: attempt 2 of a failed: red  [31m and two lines\n']);
  });
});

const start = Date.UTC(2026, 10, 23);

/** The lines of some events that happen `stepMs` apart. */
function logged(
  events: readonly FlyballEvent[],
  options: Partial<LogOptions> = {},
  stepMs = 1,
): readonly Readonly<Record<string, unknown>>[] {
  const lines: Record<string, unknown>[] = [];
  let now = start;
  const log = createLog({
    level: 'info',
    queue: 'local',
    clock: () => now,
    write: (line) => lines.push(JSON.parse(line) as Record<string, unknown>),
    ...options,
  });
  for (const event of events) {
    log.record(event);
    now += stepMs;
  }
  log.close();
  return lines;
}

function period(change: Parameters<typeof healthyRecord>[0]): FlyballEvent {
  return { type: 'period', record: healthyRecord(change), durationMs: 1, lagMs: 0 };
}
