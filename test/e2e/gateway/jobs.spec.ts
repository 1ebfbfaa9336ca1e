import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { call, startGateway, type TestGateway } from './start-gateway.ts';
import { echo, failed, startWorker, stopped, type TestWorker } from './test-worker.ts';

let gateway: TestGateway;
let workers: TestWorker[] = [];
const work = (...parameters: Parameters<typeof startWorker>): void => void workers.push(startWorker(...parameters));

beforeEach(async () => {
  gateway = await startGateway();
});

afterEach(async () => {
  await Promise.all(workers.map((worker) => worker.stop()));
  workers = [];
  await gateway.close();
});

/** Asks until the job is as wanted; the test's own time limit ends it. */
async function statusUntil(id: string, wanted: (body: { status: string; output?: unknown }) => boolean) {
  for (;;) {
    const answer = await call(gateway, 'GET', `status/${id}`);
    if (answer.status !== 200 || wanted(answer.body)) return answer;
    await sleep(10);
  }
}

const milliseconds = z.int().nonnegative();
const statusSchema = z.strictObject({
  id: z.string().regex(/^(sync-)?[0-9a-f-]{36}-u\d$/),
  status: z.enum(['IN_QUEUE', 'IN_PROGRESS', 'COMPLETED', 'FAILED', 'CANCELLED', 'TIMED_OUT']),
  delayTime: milliseconds.optional(),
  executionTime: milliseconds.optional(),
  retries: z.int().positive().optional(),
  workerId: z.string().optional(),
  output: z.unknown().optional(),
  error: z.string().optional(),
});
const streamSchema = z.strictObject({
  status: statusSchema.shape.status,
  stream: z.array(z.strictObject({ output: z.unknown() })),
});
const healthSchema = z.strictObject({
  jobs: z.strictObject({
    completed: milliseconds,
    failed: milliseconds,
    inProgress: milliseconds,
    inQueue: milliseconds,
    retried: milliseconds,
  }),
  workers: z.strictObject({
    idle: milliseconds,
    initializing: milliseconds,
    ready: milliseconds,
    running: milliseconds,
    throttled: milliseconds,
    unhealthy: milliseconds,
  }),
});
const errorSchema = z.strictObject({ error: z.string().min(1) });

it('9: a schema holds every public body', async () => {
  const { body: queued } = await call(gateway, 'POST', 'run', { input: 'wait' });
  expect(statusSchema.parse(queued)).toEqual({ id: queued.id, status: 'IN_QUEUE' });
  expect(statusSchema.parse((await call(gateway, 'GET', `status/${queued.id}`)).body)).toEqual(queued);
  streamSchema.parse((await call(gateway, 'GET', `stream/${queued.id}?wait=0`)).body);
  work(gateway.queue, async (lease) => {
    await lease.progress('1/2');
    await lease.chunk(1);
    if (lease.job.input === 'wait') await stopped(lease);
    else if (lease.job.input === 'fail') await lease.fail({ ...failed, message: 'it broke', output: { part: 1 } });
    else await echo(lease);
  });
  const running = await statusUntil(queued.id, ({ output }) => output !== undefined);
  expect(statusSchema.parse(running.body)).toMatchObject({ status: 'IN_PROGRESS', output: '1/2', workerId: 'w1' });
  streamSchema.parse((await call(gateway, 'GET', `stream/${queued.id}`)).body);
  const cancelled = await call(gateway, 'POST', `cancel/${queued.id}`);
  expect(statusSchema.required({ delayTime: true, executionTime: true }).parse(cancelled.body).status).toBe(
    'CANCELLED',
  );
  const failure = statusSchema.parse((await call(gateway, 'POST', 'runsync', { input: 'fail' })).body);
  expect(failure).toMatchObject({
    status: 'FAILED',
    error: 'it broke',
    output: { part: 1 },
    delayTime: expect.any(Number),
  });
  const done = statusSchema.parse((await call(gateway, 'POST', 'runsync', { input: [1] })).body);
  expect(done).toMatchObject({ status: 'COMPLETED', output: [1], executionTime: expect.any(Number) });
  statusSchema.parse((await call(gateway, 'POST', `retry/${failure.id}`)).body);
  healthSchema.parse((await call(gateway, 'GET', 'health')).body);
  errorSchema.parse((await call(gateway, 'GET', 'status/x')).body);
  errorSchema.parse((await call(gateway, 'POST', 'run', {})).body);
  errorSchema.parse((await call(gateway, 'POST', 'run', 'x')).body);
});

describe('12: ttl', () => {
  it('in the queue: TIMED_OUT', async () => {
    const { body } = await call(gateway, 'POST', 'run?ttl=10000', { input: 1 });
    await gateway.jump(11_000);
    const { body: ended } = await statusUntil(body.id, ({ status }) => status !== 'IN_QUEUE');
    expect(ended).toMatchObject({ status: 'TIMED_OUT', error: expect.stringMatching(/ttl/) });
  });

  it('of /status?ttl= counts from submission too, clamped to 10 s', async () => {
    const { body } = await call(gateway, 'POST', 'run', { input: 1 });
    expect((await call(gateway, 'GET', `status/${body.id}?ttl=6000`)).body.status).toBe('IN_QUEUE');
    await gateway.jump(9_000);
    expect((await call(gateway, 'GET', `status/${body.id}`)).body.status).toBe('IN_QUEUE');
    await gateway.jump(2_000);
    expect((await call(gateway, 'GET', `status/${body.id}`)).body.status).toBe('TIMED_OUT');
    expect((await call(gateway, 'GET', `status/${body.id}?ttl=soon`)).status).toBe(400);
  });

  it('while running: 404 and stop', async () => {
    let reason: unknown;
    work(gateway.queue, async (lease) => {
      await stopped(lease);
      reason = lease.cancelled.reason;
    });
    const { body } = await call(gateway, 'POST', 'run', { input: 1, policy: { ttl: 6_000 } });
    await statusUntil(body.id, ({ status }) => status === 'IN_PROGRESS');
    expect(gateway.events).toContainEqual(
      expect.objectContaining({
        event: 'policy-clamped',
        fields: expect.objectContaining({ message: expect.stringMatching(/policy.ttl=6000 .* 10000/) }),
      }),
    );
    await gateway.jump(11_000);
    expect(await statusUntil(body.id, () => false)).toMatchObject({ status: 404, body: { error: expect.any(String) } });
    expect(reason).toBe('expired');
    expect((await call(gateway, 'GET', `stream/${body.id}`)).status).toBe(404);
    expect((await call(gateway, 'GET', `status-sync/${body.id}`)).status).toBe(404);
  });
});

it('13: a normal job behind 100 low ones runs next; low ones are absent from the scale signal', async () => {
  const low = { policy: { lowPriority: true } };
  for (let index = 0; index < 100; index += 1) await call(gateway, 'POST', 'run', { input: index, ...low });
  expect(await gateway.queue.depth()).toMatchObject({ waiting: 0, lowPriority: 100 });
  await call(gateway, 'POST', 'run', { input: 'normal' });
  expect((await call(gateway, 'GET', 'health')).body.jobs.inQueue).toBe(101);
  const order: unknown[] = [];
  work(gateway.queue, (lease) => lease.succeed(order.push(lease.job.input)), 1);
  expect((await call(gateway, 'POST', 'runsync', { input: 'last', ...low })).body.status).toBe('COMPLETED');
  expect(order.slice(0, 3)).toEqual(['normal', 0, 1]);
  expect(order.at(-1)).toBe('last');
});

it('14: s3Config reaches the handler and no log, webhook or status', async () => {
  const s3Config = {
    accessId: 'secret-id',
    accessSecret: 'secret-secret',
    bucketName: 'b',
    endpointUrl: 'https://s3/',
  };
  let seen: unknown;
  work(gateway.queue, async (lease) => {
    seen = lease.job.extra['s3Config'];
    await lease.succeed('done');
  });
  const answers = [await call(gateway, 'POST', 'runsync', { input: 1, s3Config })];
  const id: string = answers[0]?.body.id;
  for (const route of ['status', 'status-sync', 'stream']) answers.push(await call(gateway, 'GET', `${route}/${id}`));
  answers.push(await call(gateway, 'POST', 'run', { input: 1, s3Config, policy: 'wrong' }));
  expect(seen).toEqual(s3Config);
  expect(JSON.stringify(answers.map(({ body }) => body))).not.toContain('secret-');
  expect(JSON.stringify(gateway.events)).not.toContain('secret-');
});

it('15: after one lost attempt delayTime is that of the last start, retries is 1, no error until final', async () => {
  const { body } = await call(gateway, 'POST', 'run', { input: 1 });
  let release = (): void => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  work(gateway.queue, async (lease) => {
    if (lease.job.attempt === 1) {
      await gateway.jump(40_000);
      await lease.fail({
        outcome: 'failed',
        errorType: 'lease-lost',
        message: 'worker w1 stopped answering',
        retry: true,
      });
      return;
    }
    await held;
    await lease.fail({ ...failed, message: 'at last' });
  });
  const running = await statusUntil(body.id, (seen) => seen.status === 'IN_PROGRESS' && 'retries' in seen);
  expect(running.body).toMatchObject({ retries: 1 });
  expect(running.body).not.toHaveProperty('error');
  expect(running.body.delayTime).toBeGreaterThanOrEqual(40_000);
  expect(running.body.delayTime).toBeLessThan(42_000);
  release();
  expect((await statusUntil(body.id, ({ status }) => status === 'FAILED')).body).toMatchObject({
    retries: 1,
    error: 'at last',
  });
});

it('16: a job with progress that then returns nothing is COMPLETED without output', async () => {
  work(gateway.queue, async (lease) => {
    await lease.progress({ step: 1 });
    await lease.succeed(undefined);
  });
  const { body } = await call(gateway, 'POST', 'runsync', { input: 1 });
  expect(body.status).toBe('COMPLETED');
  expect(body).not.toHaveProperty('output');
});

it('17: a job lost 3 times is FAILED with its true last cause', async () => {
  work(gateway.queue, async (lease) => {
    const message = `worker w1 was killed in attempt ${lease.job.attempt} of 3`;
    await lease.fail({ outcome: 'failed', errorType: 'handler-exited', message, retry: true });
  });
  const { body } = await call(gateway, 'POST', 'runsync', { input: 1 });
  expect(body).toMatchObject({ status: 'FAILED', retries: 2, error: expect.stringContaining('attempt 3 of 3') });
});

it('a valid traceparent goes with the job, and no other', async () => {
  work(gateway.queue, async (lease) => lease.succeed(lease.job.traceparent ?? 'none'));
  const valid = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  const output = async (traceparent: string): Promise<unknown> =>
    (await call(gateway, 'POST', 'runsync', { input: 1, traceparent: 'body' }, { traceparent })).body.output;
  expect([await output(valid), await output('00-nonsense')]).toEqual([valid, 'none']);
});
