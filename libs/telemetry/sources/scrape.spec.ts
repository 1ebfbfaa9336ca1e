import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { failureOf } from '../../../test/fixtures/metrics/failure-of.ts';
import { startFakeMetrics, type FakeMetrics } from '../../../test/doubles/fake-metrics.ts';
import { scrape } from './scrape.ts';

const never = new AbortController().signal;
const server = 'exporter';
let metrics: FakeMetrics;

beforeEach(async () => {
  metrics = await startFakeMetrics('up 1\n');
});
afterEach(async () => {
  await metrics.close();
});

const read = (url: string, signal = never): Promise<string> => scrape(url, { signal, server });

describe('a page that answers', () => {
  it('is read, from /metrics when the URL has no path', async () => {
    expect(await read(metrics.url)).toBe('up 1\n');
    await read(`${metrics.url}/`);
    await read(`${metrics.url}/gpu/stats?pod=a`);
    expect(metrics.requests.map(({ path }) => path)).toEqual(['/metrics', '/metrics', '/gpu/stats?pod=a']);
  });

  it('gets the user and the password of the URL', async () => {
    await read(metrics.url.replace('://', '://us%40er:100%@'));
    expect(metrics.requests[0]?.headers.authorization).toBe(`Basic ${btoa('us@er:100%')}`);
  });

  it('leaves no connection behind', async () => {
    await read(metrics.url);
    await expect.poll(() => metrics.connections()).toBe(0);
  });

  it('is found behind a redirect, and not behind a ring of them', async () => {
    metrics.show((request) => (request === 1 ? { body: '', status: 302, headers: { location: '/here' } } : 'up 2\n'));
    expect(await read(metrics.url)).toBe('up 2\n');
    metrics.show({ body: '', status: 302, headers: { location: '/here' } });
    expect(await failureOf(() => read(metrics.url))).toMatchObject({ result: 'error' });
    expect(metrics.requests.length).toBeLessThan(10);
  });
});

describe('a page that does not answer', () => {
  it.each([
    [500, 'log of the exporter'],
    [404, '/metrics'],
    [401, 'password'],
  ])('fails as error with its status: %i', async (status, next) => {
    metrics.show({ body: 'no', status });
    expect(await failureOf(() => read(metrics.url))).toEqual({
      result: 'error',
      message: `the exporter at ${metrics.url}/metrics answered with status ${status}`,
      next: expect.stringContaining(next),
    });
  });

  it('fails as error when nothing listens there, and says what to check', async () => {
    const gone = await startFakeMetrics();
    const { url } = gone;
    await gone.close();
    expect(await failureOf(() => read(url))).toEqual({
      result: 'error',
      message: `the exporter at ${url}/metrics cannot be read: nothing listens there (ECONNREFUSED)`,
      next: `Check that the exporter runs and that ${url}/metrics is its address; in a container, 127.0.0.1 is the container itself.`,
    });
  });

  it('fails as error when there is no such host', async () => {
    expect(await failureOf(() => read('http://no-such-host.invalid:9400'))).toMatchObject({ result: 'error' });
  });

  it('fails as error when the answer breaks off', async () => {
    metrics.show({ body: 'up 1\n', ending: 'cut' });
    expect(await failureOf(() => read(metrics.url))).toMatchObject({ result: 'error' });
  });

  it.each(['127.0.0.1:9400', 'unix:/run/x', 'metrics'])('fails as error when the URL is none: %s', async (url) => {
    expect(await failureOf(() => read(url))).toMatchObject({ result: 'error', message: expect.stringContaining(url) });
  });

  it('tells no secrets of its URL, whatever fails', async () => {
    const failing = await startFakeMetrics({ body: '', status: 500 });
    const secret = `${failing.url.replace('://', '://user:hunter2@')}/m?token=hunter2`;
    const failures = [await failureOf(() => read(secret))];
    await failing.close();
    failures.push(await failureOf(() => read(secret)), await failureOf(() => read(secret, AbortSignal.abort())));
    failures.push(await failureOf(() => read('ftp://user:hunter2@host/')));
    expect(failures.map(({ result }) => result)).toEqual(['error', 'error', 'timeout', 'error']);
    expect(JSON.stringify(failures)).not.toContain('hunter2');
  });
});

describe('a page without an end', () => {
  it.each<[string, Parameters<FakeMetrics['show']>[0]]>([
    ['no answer', { body: 'up 1\n', afterMs: 60_000 }],
    ['a chunk that never ends', { body: 'up 1\n', ending: 'never' }],
  ])('is given up at the signal: %s', async (_, plan) => {
    const giveUp = new AbortController();
    metrics.show(plan);
    const failure = failureOf(() => read(metrics.url, giveUp.signal));
    await expect.poll(() => metrics.requests).toHaveLength(1);
    giveUp.abort();
    expect(await failure).toMatchObject({ result: 'timeout', message: expect.stringContaining('in time') });
    await expect.poll(() => metrics.connections()).toBe(0);
  });

  it.each(['http', 'https'])('is given up at the signal: an %s connection on which nothing is said', async (scheme) => {
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const address = silent.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const giveUp = new AbortController();
    const connected = once(silent, 'connection');
    const failure = failureOf(() => read(`${scheme}://127.0.0.1:${port}`, giveUp.signal));
    await connected;
    giveUp.abort();
    expect(await failure).toMatchObject({ result: 'timeout' });
    silent.close();
    await once(silent, 'close');
  });

  it('is read no further than 4 MiB', async () => {
    metrics.show({ body: 'a 1\n'.repeat(16_384), ending: 'repeat' });
    expect(await failureOf(() => read(metrics.url))).toMatchObject({
      result: 'parse',
      message: expect.stringContaining('larger than 4 MiB'),
    });
    await expect.poll(() => metrics.connections()).toBe(0);
  });
});
