import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { describe, expect, it, onTestFinished } from 'vitest';
import { aJob, never, takeOne } from '../../testing/queue-kit/subject.ts';
import {
  freePort,
  hasRedis,
  startRedis,
  startSentinel,
  type RedisServer,
} from '../../../test/fixtures/redis-server.ts';
import { openRedisQueue, type RedisQueueOptions } from './open.ts';

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

describe.skipIf(!hasRedis)('opening the queue in Redis (skipped without redis-server)', () => {
  it('refuses a Redis that would drop jobs when memory is short', async () => {
    const { url } = await redis(['--maxmemory', '100mb', '--maxmemory-policy', 'allkeys-lru']);
    await expect(open({ url })).rejects.toMatchObject({
      code: 'REDIS_EVICTS',
      message: expect.stringMatching(/allkeys-lru.*noeviction/),
    });
  });

  it('says what to look at when nobody answers, without the password', async () => {
    const opening = open({ url: 'redis://me:hush@127.0.0.1:9/' });
    await expect(opening).rejects.toMatchObject({
      code: 'QUEUE_UNAVAILABLE',
      message: expect.not.stringContaining('hush'),
    });
    await expect(opening).rejects.toThrow(/127\.0\.0\.1:9.*ECONNREFUSED.*QUEUE_USERNAME/);
  });

  it('signs in as an ACL user, in the address or beside it', async () => {
    const { url } = await redis();
    const admin = new Redis(url);
    await admin.acl('SETUSER', 'flyball', 'on', '>hush', '~*', '&*', '+@all');
    await admin.acl('SETUSER', 'default', 'off');
    admin.disconnect();
    await expect(open({ url })).rejects.toThrow(/NOAUTH|WRONGPASS/);
    await roundTrip(await open({ url, username: 'flyball', password: 'hush' }));
    await roundTrip(await open({ url: url.replace('//', '//flyball:hush@') }));
  });

  it.skipIf(!hasOpenssl)('speaks TLS (skipped without openssl)', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'flyball-tls-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
    spawnSync('openssl', [
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-days',
      '1',
      '-keyout',
      key,
      '-out',
      cert,
      ...subject,
    ]);
    const tls = [
      '--tls-cert-file',
      cert,
      '--tls-key-file',
      key,
      '--tls-ca-cert-file',
      cert,
      '--tls-auth-clients',
      'no',
    ];
    const server = await redis(['--tls-port', '0', ...tls]);
    const port = await freePort();
    const plain = new Redis(server.url);
    await plain.config('SET', 'tls-port', String(port));
    plain.disconnect();
    const strange = open({ url: `rediss://localhost:${port}` });
    await expect(strange).rejects.toThrow(/self-signed/);
    const before = process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
    onTestFinished(() => {
      if (before === undefined) delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
      else process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = before;
    });
    await roundTrip(await open({ url: `rediss://localhost:${port}` }));
  });

  it('finds the master by Sentinel, and the new one after a fail-over', async () => {
    const [master, replica] = [await redis(), await redis()];
    const of = (server: RedisServer): Redis => new Redis(server.url);
    const admin = of(replica);
    await admin.replicaof('127.0.0.1', master.port);
    const sentinel = await startSentinel(master.port);
    onTestFinished(() => sentinel.close());
    const queue = await open({ url: `redis+sentinel://127.0.0.1:${sentinel.port}/mymaster` });
    await roundTrip(queue);
    await queue.enqueue(aJob('before'));
    await expect.poll(() => admin.exists('{flyball:test}:jobs:j-before'), { timeout: 10_000 }).toBe(1);
    admin.disconnect();
    await sentinel.failover();
    await expect
      .poll(async () => (await queue.get('before').catch(() => undefined))?.status, { timeout: 20_000 })
      .toBe('IN_QUEUE');
    await master.kill();
    await expect
      .poll(
        () =>
          roundTrip(queue, 'before').then(
            () => true,
            () => false,
          ),
        { timeout: 20_000 },
      )
      .toBe(true);
  });

  it('goes on where it was after Redis came back with its append-only file', async () => {
    const server = await redis(['--appendonly', 'yes', '--appendfsync', 'always']);
    const queue = await open({ url: server.url });
    await queue.enqueue(aJob('before'));
    const lease = await takeOne(queue);
    await queue.enqueue(aJob('waits'));
    await server.kill();
    const told = lease.succeed('told while it was away');
    await server.start();
    await told;
    expect(await queue.get('before')).toMatchObject({ status: 'COMPLETED', output: 'told while it was away' });
    expect((await takeOne(queue)).job.id).toBe('waits');
  });

  it('is shared: what one process enqueues another takes, and a cancel by a third reaches it', async () => {
    const { url } = await redis();
    const [gateway, worker, other] = await Promise.all([
      open({ url, worker: 'g1' }),
      open({ url, worker: 'w2', watches: false }),
      open({ url, worker: 'g2' }),
    ]);
    const taken = worker.take(2, never);
    const change = gateway.changed('a', never);
    await gateway.enqueue(aJob('a'));
    const [lease] = await taken;
    await change;
    expect(await other.get('a')).toMatchObject({ status: 'IN_PROGRESS', workerId: 'w2' });
    const piece = other.changed('a', never);
    await lease?.chunk('piece');
    await piece;
    expect((await other.chunks('a', 1000)).chunks).toMatchObject([{ data: 'piece' }]);
    await other.cancel('a');
    await expect.poll(() => lease?.cancelled.reason).toBe('cancelled');
    expect(await gateway.get('a')).toMatchObject({ status: 'CANCELLED' });
  });

  it('knows the workers of all processes, until they are not heard of any more', async () => {
    const { url } = await redis();
    let now = Date.now();
    const [one, two] = await Promise.all([open({ url, clock: () => now }), open({ url, clock: () => now })]);
    const report = { kind: 'flyball', state: 'ready', inFlight: 2, limit: 4 } as const;
    await one.fleet.report({ ...report, id: 'w1' }, 10_000);
    await two.fleet.report({ ...report, id: 'w2' }, 20_000);
    expect((await two.fleet.workers()).map(({ id }) => id).toSorted()).toEqual(['w1', 'w2']);
    now += 15_000;
    expect(await one.fleet.workers()).toEqual([{ ...report, id: 'w2' }]);
    await one.fleet.leave('w2');
    expect(await two.fleet.workers()).toEqual([]);
  });
});

async function redis(args: readonly string[] = []): Promise<RedisServer> {
  const server = await startRedis(args);
  onTestFinished(() => server.close());
  return server;
}

async function open(options: Partial<RedisQueueOptions> & { readonly url: string }) {
  const queue = await openRedisQueue({ endpoint: 'test', worker: 'w1', attempts: 3, limit: 1000, ...options });
  onTestFinished(() => queue.close());
  return queue;
}

async function roundTrip(queue: Awaited<ReturnType<typeof open>>, waiting?: string): Promise<void> {
  const id = waiting ?? `job-${performance.now()}`;
  if (waiting === undefined) await queue.enqueue(aJob(id));
  await (await takeOne(queue)).succeed('done');
  expect(await queue.get(id)).toMatchObject({ status: 'COMPLETED', output: 'done' });
}
