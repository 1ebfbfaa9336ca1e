import { once } from 'node:events';
import { createServer } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { request } from 'undici';
import { loadSettings } from '#libs/config';
import { builtInStrategies } from '#libs/strategies';
import { scriptedWorker, type ScriptedWorker } from './scripted-worker.ts';
import { call, startGateway, type Answer, type TestGateway } from './start-gateway.ts';

let gateway: TestGateway;
let worker: ScriptedWorker;

beforeEach(async () => {
  gateway = await startGateway({ http: { takeHold: 300 } });
  worker = scriptedWorker(gateway);
});

afterEach(async () => {
  await gateway.close();
});

const run = async (input: unknown, more: object = {}): Promise<string> =>
  (await call(gateway, 'POST', 'run', { input, ...more })).body.id;
const status = async (id: string): Promise<Answer['body']> => (await call(gateway, 'GET', `status/${id}`)).body;

/** A job that the worker has. */
async function taken(input: unknown = 1): Promise<string> {
  const id = await run(input);
  expect((await worker.take()).body.id).toBe(id);
  return id;
}

async function timed<Value>(work: Promise<Value>): Promise<readonly [Value, number]> {
  const start = performance.now();
  const value = await work;
  return [value, performance.now() - start];
}

describe('job-take', () => {
  it('33: without a batch size gives one object, with one a list of at most so many', async () => {
    const ids = await Promise.all([1, 2, 3, 4, 5, 6].map((input) => run(input)));
    const one = await worker.take();
    expect(one.status).toBe(200);
    expect(one.headers['content-type']).toMatch(/^application\/json/);
    expect(one.body).toMatchObject({ id: ids[0], input: 1, attempt: 1 });
    const two = await worker.take(2.5);
    expect(two.body.map(({ id }: { id: string }) => id)).toEqual([ids[1], ids[2]]);
    expect((await worker.take(0)).body).toHaveLength(1);
    expect((await worker.take(100)).body).toHaveLength(2);
    expect(await status(ids[0] ?? '')).toMatchObject({ status: 'IN_PROGRESS', workerId: 'pod-1' });
  });

  it('hands over all that the client sent, and our own fields', async () => {
    const webhook = 'https://example.com/hook';
    const s3Config = { accessId: 'a', bucketName: 'b' };
    const id = await run({ x: 1 }, { webhook, s3Config, policy: { executionTimeout: 60_000 }, timeout: 7 });
    expect((await worker.take()).body).toEqual({
      id,
      input: { x: 1 },
      webhook,
      s3Config,
      timeout: 7,
      policy: { executionTimeout: 60_000, ttl: 86_400_000, lowPriority: false },
      attempt: 1,
      enqueuedAt: expect.any(Number),
    });
  });

  it('hands over the trace that the client began', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const headers = { 'content-type': 'application/json', traceparent };
    await call(gateway, 'POST', 'run', { input: 1 }, headers);
    expect((await worker.take()).body).toMatchObject({ traceparent });
  });

  it('11: no key reaches a worker under which its SDK breaks or which is the server’s', async () => {
    const sent = { self: 1, __class__: 2, id: 'mine', status: 'COMPLETED', attempt: 9, fine: true };
    const id = await run({ x: 1 }, sent);
    const { body } = await worker.take();
    expect(body).toMatchObject({ id, attempt: 1, fine: true });
    for (const key of ['self', '__class__', 'status']) expect(body).not.toHaveProperty(key);
  });

  it('gives normal jobs before those of low priority, the oldest first', async () => {
    const low = await run('low', { policy: { lowPriority: true } });
    const first = await run('first');
    const second = await run('second');
    const { body } = await worker.take(3);
    expect(body.map(({ id }: { id: string }) => id)).toEqual([first, second, low]);
  });

  it('35: is held while there is no job, then 204 without a body', async () => {
    const [empty, ms] = await timed(worker.take());
    expect([empty.status, empty.body]).toEqual([204, '']);
    expect(ms).toBeGreaterThanOrEqual(295);
    const waiting = timed(worker.take());
    await new Promise((resolve) => setTimeout(resolve, 50));
    const id = await run(1);
    const [answer, waited] = await waiting;
    expect(answer.body.id).toBe(id);
    expect(waited).toBeLessThan(295);
  });

  it('35: with its default hold an idle worker takes 3 times a minute, and errors come 1 s after the call', async () => {
    const { http } = loadSettings({}, { strategies: builtInStrategies });
    expect(60_000 / http.takeHold).toBeLessThan(5);
    const broken = await startGateway({ http: { apiKeys: [{ label: 'a', key: 'secret' }] } });
    await broken.queue.close();
    const poll = (path: string, key: string) => timed(call(broken, 'GET', path, undefined, { authorization: key }));
    const answers = await Promise.all([
      poll('job-take/w1', 'wrong'),
      poll('job-take/&batch_size=2', 'secret'),
      poll('job-take/w1', 'secret'),
      poll('job-take-batch/w1?batch_size=2', 'secret'),
      poll('job-stop/w1', 'wrong'),
    ]);
    expect(answers.map(([{ status }]) => status)).toEqual([401, 400, 503, 503, 401]);
    for (const [, ms] of answers) expect(ms).toBeGreaterThanOrEqual(995);
    await broken.close();
  });

  it('36: the empty wait of one endpoint does not hold up another', async () => {
    const other = await startGateway();
    const waiting = worker.take();
    const busy = scriptedWorker(other);
    await call(other, 'POST', 'run', { input: 1 });
    const [{ status }, ms] = await timed(busy.take());
    expect(status).toBe(200);
    expect(ms).toBeLessThan(50);
    await other.close();
    expect((await waiting).status).toBe(204);
  });

  it('32: reads the parameters from an address without "?", and trusts no X-Request-ID', async () => {
    const ids = await Promise.all([1, 2, 3].map((input) => run(input)));
    const two = await call(gateway, 'GET', 'job-take-batch/$RUNPOD_POD_ID&batch_size=2&job_in_progress=0');
    expect(two.body).toHaveLength(2);
    expect(await status(ids[0] ?? '')).toMatchObject({ workerId: '$RUNPOD_POD_ID' });
    const headers = { 'x-request-id': ids[1] ?? '' };
    const path = `job-done/$RUNPOD_POD_ID/${ids[0]}&isStream=false`;
    expect((await call(gateway, 'POST', path, { output: 'mine' }, headers)).status).toBe(200);
    expect(await status(ids[0] ?? '')).toMatchObject({ status: 'COMPLETED', output: 'mine' });
    expect(await status(ids[1] ?? '')).toMatchObject({ status: 'IN_PROGRESS' });
  });

  it('ends its wait at shutdown', async () => {
    const patient = await startGateway();
    const workers = async (): Promise<unknown> => (await call(patient, 'GET', 'health')).body.workers;
    const before = await workers();
    const waiting = scriptedWorker(patient).take();
    // It has come once the gateway knows one worker more.
    await expect.poll(workers).not.toEqual(before);
    const [, ms] = await timed(patient.close());
    expect((await waiting).status).toBe(204);
    expect(ms).toBeLessThan(5_000);
  });
});

describe('5: keys', () => {
  const keys = { apiKeys: [{ label: 'app', key: 'client' }], takeHold: 100 };

  it.each(['client', 'Bearer client'])('%s passes where there are no admin keys', async (authorization) => {
    const locked = await startGateway({ http: keys });
    expect((await call(locked, 'GET', 'job-take/w1', undefined, { authorization })).status).toBe(204);
    await locked.close();
  });

  it('a client’s key on job-take is 401 where there are admin keys; an operator’s passes', async () => {
    const locked = await startGateway({ http: { ...keys, adminKeys: [{ label: 'ops', key: 'admin' }] } });
    const take = (authorization: string) => call(locked, 'GET', 'job-take/w1', undefined, { authorization });
    const answers = await Promise.all(['client', 'Bearer client', 'wrong', 'admin', 'Bearer admin'].map(take));
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 204, 204]);
    expect(answers[0]?.body.error).toContain('ADMIN_KEYS');
    for (const path of ['job-stop/w1', 'ping/w1', 'job-take-batch/w1?batch_size=2']) {
      expect((await call(locked, 'GET', path, undefined, { authorization: 'client' })).status).toBe(401);
    }
    const done = await call(locked, 'POST', 'job-done/w1/x', { output: 1 }, { authorization: 'client' });
    expect(done.status).toBe(401);
    expect((await call(locked, 'GET', 'health', undefined, { authorization: 'admin' })).status).toBe(401);
    await locked.close();
  });
});

describe('job-done', () => {
  it('3: stores a form-typed body; NaN becomes null, "NaN" stays', async () => {
    const id = await taken();
    expect((await worker.done(id, '{"output": {"loss": NaN, "s": "NaN"}}')).status).toBe(200);
    expect(await status(id)).toMatchObject({ status: 'COMPLETED', output: { loss: null, s: 'NaN' } });
    const notices = gateway.events.filter((event) => event.type === 'notice' && event.event === 'non-finite-replaced');
    expect(notices).toHaveLength(1);
  });

  it.each([
    ['{"output": {"v": 1}}', { status: 'COMPLETED', output: { v: 1 } }],
    ['{"output": null}', { status: 'COMPLETED', output: null }],
    ['{}', { status: 'COMPLETED' }],
    ['{"output": 1, "error": ""}', { status: 'COMPLETED', output: 1 }],
    ['{"output": {"a": 2}, "error": {"a":1}}', { status: 'FAILED', error: '{"a":1}', output: { a: 2 } }],
    ['{"error": "handler: no \\ntraceback: …"}', { status: 'FAILED', error: 'handler: no \ntraceback: …' }],
    ['{"error": "{\\"error_type\\": \\"x\\"}"}', { status: 'FAILED', error: '{"error_type": "x"}' }],
    ['{"output": [1, 2]}', { status: 'COMPLETED', output: [1, 2] }, true],
    ['{"output": []}', { status: 'COMPLETED', output: [] }, true],
    ['{"output": 1, "stopPod": true}', { status: 'COMPLETED', output: 1 }],
    ['{"status": "IN_PROGRESS", "output": "1/3"}', { status: 'IN_PROGRESS', output: '1/3' }],
    ['Internal error', { status: 'FAILED', error: expect.stringContaining('Internal error') }],
    ['', { status: 'FAILED', error: expect.stringContaining('no JSON') }],
  ])('38: %s gives its state', async (body, state, isStream = false) => {
    const id = await taken();
    expect((await worker.done(id, body, isStream)).status).toBe(200);
    const seen = await status(id);
    expect(seen).toMatchObject(state);
    const told = (body: object): string[] => ['output', 'error'].filter((key) => key in body);
    expect(told(seen)).toEqual(told(state));
    expect(seen).not.toHaveProperty('retries');
  });

  it('38: a failure is not tried again', async () => {
    const id = await taken();
    await worker.done(id, { error: 'no' });
    expect((await worker.take()).status).toBe(204);
    expect(await status(id)).toMatchObject({ status: 'FAILED' });
  });

  it('says once that it cannot replace a worker that asks for it', async () => {
    for (let count = 0; count < 3; count += 1) await worker.done(await taken(), { output: 1, stopPod: true });
    const asked = gateway.events.filter(
      (event) => event.type === 'notice' && event.event === 'worker-wants-replacement',
    );
    expect(asked).toHaveLength(1);
  });

  it('ends a job whose result is too deep to be stored', async () => {
    const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
    for (const body of [`{"output": ${deep}}`, `{"output": ${deep}, "error": "x"}`]) {
      const id = await taken();
      expect((await worker.done(id, body)).status).toBe(200);
      expect(await status(id)).toMatchObject({ status: 'FAILED' });
    }
  });

  it('passes the trace of the attempt on to the webhook, where the worker sends one', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const got = Promise.withResolvers<string | undefined>();
    const receiver = createServer((asked, answer) => {
      got.resolve(asked.headers['traceparent']?.toString());
      answer.end();
    }).listen(0, '127.0.0.1');
    await once(receiver, 'listening');
    const { port } = receiver.address() as { port: number };
    const open = await startGateway({ http: { webhookPrivate: true } });
    const webhook = `http://127.0.0.1:${port}/`;
    const { body } = await call(open, 'POST', 'run', { input: 1, webhook });
    await scriptedWorker(open).take();
    await call(open, 'POST', `job-done/pod-1/${body.id}?isStream=false`, { output: 1 }, { traceparent });
    expect(await got.promise).toBe(traceparent);
    await open.close();
    receiver.close();
  });

  it('tells metrics and log of the end', async () => {
    const id = await taken();
    await worker.done(id, { output: 1 });
    expect(gateway.events).toContainEqual(expect.objectContaining({ type: 'attempt-started', jobId: id, attempt: 1 }));
    expect(gateway.events).toContainEqual(
      expect.objectContaining({ type: 'attempt-ended', jobId: id, outcome: 'succeeded', retried: false }),
    );
    expect(gateway.events).toContainEqual(
      expect.objectContaining({ type: 'job-finished', jobId: id, status: 'succeeded' }),
    );
  });

  it('4: 19.9 MiB pass; 21 MiB are 413 and the job is FAILED', async () => {
    const text = (mebibytes: number): string => `{"output":"${'x'.repeat(mebibytes * 1_048_576 - 20)}"}`;
    const fits = await taken();
    expect((await worker.done(fits, text(19.9))).status).toBe(200);
    expect((await gateway.queue.get(fits))?.status).toBe('COMPLETED');
    const large = await taken();
    const refused = await worker.done(large, text(21));
    expect([refused.status, refused.body.error]).toEqual([413, expect.stringContaining('20 MiB')]);
    expect(await status(large)).toMatchObject({ status: 'FAILED', error: expect.stringMatching(/pod-1 .* 20 MiB/) });
  });

  it('4: a chunk of 21 MiB is 413, the job is FAILED and its worker stops', async () => {
    const id = await taken();
    expect((await worker.stream(id, `{"output":"${'x'.repeat(21 * 1_048_576)}"}`)).status).toBe(413);
    expect(await status(id)).toMatchObject({ status: 'FAILED', error: expect.stringContaining('20 MiB') });
    expect((await worker.stop()).body).toEqual({ jobsToStop: [id] });
  });
});

describe('job-stream', () => {
  it('keeps chunks in the order in which they come, and the end after them', async () => {
    const id = await taken();
    for (let index = 0; index < 50; index += 1) await worker.stream(id, { output: { index } });
    await worker.stream(id, '{"output": [NaN]}');
    await worker.done(id, { output: [] }, true);
    const { body } = await call(gateway, 'GET', `stream/${id}`);
    expect(body.status).toBe('COMPLETED');
    expect(body.stream.slice(0, 50)).toEqual(Array.from({ length: 50 }, (_, index) => ({ output: { index } })));
    expect(body.stream.slice(50)).toEqual([{ output: [null] }]);
  });

  it('refuses what is no chunk, and the job goes on', async () => {
    const id = await taken();
    expect((await worker.stream(id, 'text')).status).toBe(400);
    expect(await status(id)).toMatchObject({ status: 'IN_PROGRESS' });
  });
});

describe('what else a worker meets', () => {
  it('8: a ping with 1,600 ids is 200, and //local/ping too', async () => {
    const ids = Array.from({ length: 1_600 }, (_, index) => `${index.toString().padStart(36, '0')}-u1`);
    expect((await worker.ping(...ids)).status).toBe(200);
    const answer = await request(`${gateway.baseUrl}//local/ping/pod-1`);
    expect(answer.statusCode).toBe(200);
    await answer.body.dump();
  });

  it('a job-done without a job id is 404 with a text', async () => {
    const { status, body } = await call(gateway, 'POST', 'job-done/pod-1', { output: 1 });
    expect([status, body.error]).toEqual([404, expect.stringContaining('job id')]);
  });

  it('its calls are counted under their own names', async () => {
    await worker.take(2);
    await worker.ping();
    await new Promise((resolve) => setTimeout(resolve, 5));
    const seen = gateway.events.flatMap((event) => (event.type === 'http-request' ? [event.operation] : []));
    expect(seen).toEqual(['job-take-batch', 'ping']);
  });
});
