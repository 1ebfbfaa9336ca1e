import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Queue, WorkerReport } from '#libs/queue';
import { defaultWorkerTimes } from '../../../apps/gateway/workers/times.ts';
import { scriptedWorker, type ScriptedWorker } from './scripted-worker.ts';
import { call, fleetWith, startGateway, type Answer, type TestGateway } from './start-gateway.ts';

/** A tenth of a second instead of ten: a ping, and what is counted in pings. */
const times = { silence: 700, settling: 150, stopRepeat: 100 };
const pingMs = 100;

let gateway: TestGateway;
let worker: ScriptedWorker;

beforeEach(async () => {
  gateway = await startGateway({ http: { takeHold: 200 }, workerTimes: times, fleet: fleetWith() });
  worker = scriptedWorker(gateway);
});

afterEach(async () => {
  await gateway.close();
});

const run = async (input: unknown, more: object = {}): Promise<string> =>
  (await call(gateway, 'POST', 'run', { input, ...more })).body.id;
const status = async (id: string): Promise<Answer['body']> => (await call(gateway, 'GET', `status/${id}`)).body;
const cancel = (id: string): Promise<Answer> => call(gateway, 'POST', `cancel/${id}`);
const health = async (): Promise<Answer['body']> => (await call(gateway, 'GET', 'health')).body;

async function taken(by = worker): Promise<string> {
  const id = await run(1);
  expect((await by.take()).body.id).toBe(id);
  return id;
}

async function pingFor(ms: number, ...jobs: readonly string[]): Promise<void> {
  for (const end = performance.now() + ms; performance.now() < end; await sleep(pingMs)) await worker.ping(...jobs);
}

describe('34: a job goes only to an open connection', () => {
  it('a worker that leaves as its job is assigned: another one gets it, no attempt counted', async () => {
    let left = (): void => {};
    const leaving = await startGateway({
      http: { takeHold: 5_000 },
      wrap: (queue) => takingSlowly(queue, () => left()),
    });
    const leaver = connect(leaving.port, '127.0.0.1');
    const gone = new Promise<void>((resolve) => leaver.once('close', () => resolve()));
    left = () => leaver.destroy();
    leaver.write('GET /v2/local/job-take/leaver?gpu=any HTTP/1.1\r\nhost: x\r\n\r\n');
    const { body } = await call(leaving, 'POST', 'run', { input: 1 });
    await gone;
    left = () => undefined;
    const next = await scriptedWorker(leaving, { id: 'next' }).take();
    expect(next.body).toMatchObject({ id: body.id, attempt: 1 });
    await scriptedWorker(leaving, { id: 'next' }).done(body.id, { output: 'ok' });
    const end = (await call(leaving, 'GET', `status/${body.id}`)).body;
    expect(end).toMatchObject({ status: 'COMPLETED', workerId: 'next' });
    expect(end).not.toHaveProperty('retries');
    await leaving.close();
  });

  it('a worker that left while it waited gets nothing', async () => {
    const patient = await startGateway({ http: { takeHold: 5_000 } });
    const leaver = connect(patient.port, '127.0.0.1');
    leaver.write('GET /v2/local/job-take/leaver?gpu=any HTTP/1.1\r\nhost: x\r\n\r\n');
    await sleep(50);
    leaver.destroy();
    await sleep(50);
    const { body } = await call(patient, 'POST', 'run', { input: 1 });
    expect((await scriptedWorker(patient).take()).body).toMatchObject({ id: body.id, attempt: 1 });
    await patient.close();
  });
});

/** The jobs are there; before they can be sent, `meanwhile` happens. */
function takingSlowly(queue: Queue, meanwhile: () => void): Queue {
  return new Proxy(queue, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      if (name !== 'take') return value.bind(target);
      return async (...parameters: Parameters<Queue['take']>) => {
        const leases = await target.take(...parameters);
        if (leases.length > 0) meanwhile();
        await sleep(30);
        return leases;
      };
    },
  });
}

describe('37: job-stop', () => {
  it('tells a running job’s cancel at once, as a text, and is held while there is none', async () => {
    expect((await worker.stop()).status).toBe(204);
    const id = await taken();
    const waiting = worker.stop();
    await sleep(20);
    const start = performance.now();
    await cancel(id);
    expect((await waiting).body).toEqual({ jobsToStop: [id] });
    expect(performance.now() - start).toBeLessThan(150);
    expect(await status(id)).toMatchObject({ status: 'CANCELLED' });
  });

  it('repeats a stop that came before the job’s start, until no ping names it', async () => {
    const id = await taken();
    await cancel(id);
    expect((await worker.stop()).body).toEqual({ jobsToStop: [id] });
    await worker.ping(id);
    const start = performance.now();
    expect((await worker.stop()).body).toEqual({ jobsToStop: [id] });
    expect(performance.now() - start).toBeGreaterThan(50);
    await worker.ping();
    await sleep(times.stopRepeat * 2);
    expect((await worker.stop()).status).toBe(204);
  });

  it('names what a ping lists and is not the worker’s: final, unknown, or somebody else’s', async () => {
    const final = await taken();
    await worker.done(final, { output: 1 });
    const others = await taken(scriptedWorker(gateway, { id: 'pod-2' }));
    const own = await taken();
    await worker.ping(final, others, own, 'unknown');
    expect((await worker.stop()).body.jobsToStop.toSorted()).toEqual([final, others, 'unknown'].toSorted());
    expect(await status(own)).toMatchObject({ status: 'IN_PROGRESS', workerId: 'pod-1' });
  });

  it('says no more of a job whose end the worker has posted', async () => {
    const id = await taken();
    await cancel(id);
    await worker.stop();
    await worker.done(id, { output: 'late' });
    await sleep(times.stopRepeat * 2);
    expect((await worker.stop()).status).toBe(204);
  });

  it('does not stop a job that its worker lost and was given again', async () => {
    const id = await taken();
    await pingFor(50, id);
    await expect.poll(() => status(id), { timeout: 3_000 }).toMatchObject({ status: 'IN_QUEUE' });
    expect((await worker.take()).body).toMatchObject({ id, attempt: 2 });
    expect((await worker.stop()).status).toBe(204);
  });
});

describe('39: late and repeated calls answer 200 and change nothing', () => {
  it('a duplicate result, and progress after it', async () => {
    const id = await taken();
    await worker.done(id, { output: 'first' });
    for (const body of [{ output: 'second' }, { error: 'no' }, { status: 'IN_PROGRESS', output: '1/2' }, 'text']) {
      expect((await worker.done(id, body)).status).toBe(200);
    }
    expect((await worker.stream(id, { output: 'chunk' })).status).toBe(200);
    expect(await status(id)).toMatchObject({ status: 'COMPLETED', output: 'first' });
    expect((await call(gateway, 'GET', `stream/${id}`)).body.stream).toEqual([]);
  });

  it('a result after CANCELLED, and one for a job nobody knows', async () => {
    const id = await taken();
    await cancel(id);
    expect((await worker.done(id, { output: 'late' })).status).toBe(200);
    const seen = await status(id);
    expect(seen).toMatchObject({ status: 'CANCELLED' });
    expect(seen).not.toHaveProperty('output');
    expect((await worker.done('unknown', { output: 1 })).status).toBe(200);
  });

  it('a late success counts while the job is not final, and stops who has it now', async () => {
    const id = await taken();
    await pingFor(50, id);
    await expect.poll(() => status(id), { timeout: 3_000 }).toMatchObject({ status: 'IN_QUEUE' });
    const other = scriptedWorker(gateway, { id: 'pod-2' });
    expect((await other.take()).body).toMatchObject({ id, attempt: 2 });
    expect((await worker.done(id, { output: 'late' })).status).toBe(200);
    expect(await status(id)).toMatchObject({ status: 'COMPLETED', output: 'late', retries: 1 });
    expect((await other.stop()).body).toEqual({ jobsToStop: [id] });
    await other.done(id, { output: 'other' });
    expect(await status(id)).toMatchObject({ output: 'late' });
  });

  it('a late failure is only recorded', async () => {
    const id = await taken();
    await pingFor(50, id);
    await expect.poll(() => status(id), { timeout: 3_000 }).toMatchObject({ status: 'IN_QUEUE' });
    expect((await worker.done(id, { error: 'late' })).status).toBe(200);
    expect(await status(id)).toMatchObject({ status: 'IN_QUEUE' });
    const late = expect.objectContaining({ event: 'late-failure', fields: expect.objectContaining({ jobId: id }) });
    expect(gateway.events).toContainEqual(late);
  });
});

describe('41: pings', () => {
  it('a job absent from two is requeued and counts as an attempt; one still delivering is not', async () => {
    const never = await taken();
    const delivering = await taken();
    await worker.ping(delivering);
    expect(await status(never)).toMatchObject({ status: 'IN_PROGRESS' });
    await pingFor(300, delivering);
    expect(await status(delivering)).toMatchObject({ status: 'IN_PROGRESS' });
    expect((await worker.take()).body).toMatchObject({ id: never, attempt: 2 });
    expect(await status(never)).toMatchObject({ status: 'IN_PROGRESS', retries: 1 });
    expect(gateway.events).toContainEqual(expect.objectContaining({ type: 'lease-lost', jobId: never }));
  });

  it('17: the error of a job that was lost too often names worker, attempt and time', async () => {
    const id = await run(1);
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      expect((await worker.take()).body).toMatchObject({ id, attempt });
      await pingFor(300);
    }
    const { error, status: end } = await status(id);
    expect(end).toBe('FAILED');
    expect(error).toMatch(/^worker pod-1 no longer named the job .* at \d{4}-.*Z, attempt 3/);
  });

  it('an unhealthy worker is counted so, and what it held goes back', async () => {
    const id = await taken();
    expect((await health()).workers).toMatchObject({ running: 1, unhealthy: 0 });
    expect((await worker.unhealthy('gpu_test', 'no device')).status).toBe(200);
    expect((await health()).workers).toMatchObject({ running: 0, unhealthy: 1 });
    expect(await status(id)).toMatchObject({ status: 'IN_QUEUE' });
    expect((await health()).jobs).toMatchObject({ retried: 1 });
    const said = expect.objectContaining({ reason: 'gpu_test: no device', worker: 'pod-1' });
    expect(gateway.events).toContainEqual(expect.objectContaining({ event: 'worker-unhealthy', fields: said }));
    expect((await worker.take()).body).toMatchObject({ id, attempt: 2 });
    expect((await health()).workers).toMatchObject({ running: 1, unhealthy: 0 });
  });
});

describe('42: leases', () => {
  it('a worker that resizes behind a long job, and takes none meanwhile, keeps its leases', async () => {
    const id = await taken();
    await pingFor(times.silence * 2.5, id);
    expect(await status(id)).toMatchObject({ status: 'IN_PROGRESS', workerId: 'pod-1' });
    await worker.done(id, { output: 'at last' });
    expect(await status(id)).not.toHaveProperty('retries');
  });

  it('a worker that is killed loses its jobs within the time of its silence', async () => {
    const id = await taken();
    await pingFor(200, id);
    const killed = performance.now();
    await expect.poll(() => status(id), { timeout: 5_000, interval: 20 }).toMatchObject({ status: 'IN_QUEUE' });
    expect(performance.now() - killed).toBeLessThan(times.silence + 100);
    expect((await health()).jobs).toMatchObject({ retried: 1 });
    await expect.poll(async () => (await health()).workers, { timeout: 3_000 }).toMatchObject({ idle: 0, running: 0 });
  });

  it('the silence is 3 intervals of 10 s and 5 s', async () => {
    expect(defaultWorkerTimes).toMatchObject({ silence: 35_000, settling: 20_000, stopRepeat: 2_000 });
  });

  it('a worker whose pings have ceased keeps its leases while it calls', async () => {
    const id = await taken();
    await worker.ping(id);
    for (let chunk = 0; chunk < 20; chunk += 1) {
      await worker.stream(id, { output: chunk });
      await sleep(times.silence / 10);
    }
    expect(await status(id)).toMatchObject({ status: 'IN_PROGRESS' });
  });

  it('one that never pinged is bounded by the execution timeout alone: TIMED_OUT and stopped', async () => {
    const queued = gateway.queue.enqueue({
      id: 'brief-u1',
      input: 1,
      extra: {},
      policy: { executionTimeout: times.silence * 2, ttl: 86_400_000, lowPriority: false },
      retention: 60_000,
    });
    const { id } = await queued;
    expect((await worker.take()).body.id).toBe(id);
    await sleep(times.silence * 1.6);
    expect(await status(id)).toMatchObject({ status: 'IN_PROGRESS' });
    await expect.poll(() => status(id)).toMatchObject({ status: 'TIMED_OUT', error: expect.stringMatching(/timeout/) });
    expect((await worker.stop()).body).toEqual({ jobsToStop: [id] });
    expect((await worker.done(id, { output: 'late' })).status).toBe(200);
    expect(await status(id)).toMatchObject({ status: 'TIMED_OUT' });
  });

  it('12: a job whose ttl runs out at a worker is 404, and the worker stops', async () => {
    const id = await run(1, { policy: { ttl: 10_000 } });
    await worker.take();
    const waiting = worker.stop();
    await gateway.jump(10_001);
    expect((await waiting).body).toEqual({ jobsToStop: [id] });
    expect((await call(gateway, 'GET', `status/${id}`)).status).toBe(404);
  });
});

describe('several gateways on one queue', () => {
  it('take results, progress and pings of jobs that another one handed out', async () => {
    const second = await startGateway({
      http: { takeHold: 200 },
      workerTimes: times,
      wrap: () => gateway.queue,
    });
    const there = scriptedWorker(second);
    const id = await taken();
    await there.ping(id);
    await there.done(id, { status: 'IN_PROGRESS', output: 'half' });
    expect(await status(id)).toMatchObject({ status: 'IN_PROGRESS', output: 'half' });
    await there.stream(id, { output: 'piece' });
    await there.done(id, { output: 'whole' });
    expect(await status(id)).toMatchObject({ status: 'COMPLETED', output: 'whole' });
    await second.close();
  });

  it('keep the execution timeout of a job that another one handed out and then left alone', async () => {
    const second = await startGateway({ workerTimes: times, wrap: () => gateway.queue });
    await gateway.queue.enqueue({
      id: 'brief-u1',
      input: 1,
      extra: {},
      policy: { executionTimeout: 500, ttl: 86_400_000, lowPriority: false },
      retention: 60_000,
    });
    // As if the gateway that handed it out were gone.
    await gateway.queue.take(1, new AbortController().signal, { worker: 'pod-1', leaseMs: 5_000 });
    await scriptedWorker(second).ping('brief-u1');
    await expect.poll(() => status('brief-u1')).toMatchObject({ status: 'TIMED_OUT' });
    expect((await scriptedWorker(second).stop()).body).toEqual({ jobsToStop: ['brief-u1'] });
    await second.close();
  });

  it('do not keep the leases of a worker that pings elsewhere', async () => {
    const fleet = fleetWith();
    const shared = await startGateway({ http: { takeHold: 100 }, workerTimes: times, fleet });
    const report: WorkerReport = { id: 'pod-1', kind: 'foreign', state: 'ready', inFlight: 1, version: '1.12.0' };
    const { body } = await call(shared, 'POST', 'run', { input: 1 });
    expect((await scriptedWorker(shared).take()).body.id).toBe(body.id);
    await fleet.report(report, Infinity);
    const seen = async () => (await call(shared, 'GET', `status/${body.id}`)).body;
    await expect.poll(seen, { timeout: 3_000 }).toMatchObject({ status: 'IN_QUEUE' });
    await shared.close();
  });
});
