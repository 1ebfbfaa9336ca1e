import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadSettings } from '#libs/config';
import type { DecisionRecord } from '#libs/core';
import type { FlyballEvent } from '#libs/observability';
import { builtInStrategies } from '#libs/strategies';
import { startStandalone, type Running } from './start-standalone.ts';

let folder: string;
let running: Running | undefined;
let events: FlyballEvent[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'flyball-operator-'));
  events = [];
});
afterEach(async () => {
  await running?.stop();
  running = undefined;
  rmSync(folder, { recursive: true });
});

describe('/controller without keys', () => {
  it('tells who has the say over the limit, and why', async () => {
    await start();
    await expect.poll(() => records().length).toBeGreaterThan(0);
    expect(await call('GET', '')).toMatchObject({
      status: 200,
      body: {
        endpoint: 'local',
        strategy: 'fixed+aimd',
        mode: 'auto',
        limit: 4,
        inFlight: 0,
        waiting: 0,
        decision: { reason: 'fixed', binding: 'fixed', shadows: [{ strategy: 'pid' }] },
      },
    });
  });

  it('takes an override at once, audits it, and ends it', async () => {
    await start();
    const body = { limit: 12, reason: 'load test', ttl: '10m', by: 'ann' };
    const order = { limit: 12, reason: 'load test', by: 'ann', until: expect.stringMatching(/^\d{4}-.*Z$/) };
    expect(await call('PUT', '/override', body)).toMatchObject({
      status: 200,
      body: { mode: 'override', limit: 12, order },
    });
    await expect
      .poll(() => records().at(-1))
      .toMatchObject({
        mode: 'override',
        reason: 'override',
        limit: { after: 12 },
        override: { limit: 12, reason: 'load test', by: 'ann' },
      });
    expect(actions()).toMatchObject([{ action: 'override', limit: 12, reason: 'load test', by: 'ann' }]);
    const ended = await call('DELETE', '/override');
    expect(ended).toMatchObject({ status: 200, body: { mode: 'auto' } });
    expect(ended.body).not.toHaveProperty('order');
    expect(actions()).toMatchObject([{}, { action: 'resume', by: 'local' }]);
  });

  it('ends an override by itself', async () => {
    await start();
    await call('PUT', '/override', { limit: 12, reason: 'load test', ttl: 150 });
    await expect.poll(() => records().map(({ mode }) => mode)).toContain('override');
    await expect.poll(async () => (await call('GET', '')).body.mode).toBe('auto');
    expect(records().at(-1)?.mode).toBe('auto');
  });

  it('freezes, and resumes', async () => {
    await start();
    expect(await call('PUT', '/freeze', { reason: 'deploy' })).toMatchObject({
      status: 200,
      body: { mode: 'frozen', limit: 4, order: { reason: 'deploy', by: 'local' } },
    });
    expect(await call('DELETE', '/override')).toMatchObject({
      status: 409,
      body: { error: expect.stringContaining('DELETE /controller/freeze') },
    });
    expect(await call('DELETE', '/freeze')).toMatchObject({ status: 200, body: { mode: 'auto' } });
    expect(await call('DELETE', '/freeze')).toMatchObject({ status: 200, body: { mode: 'auto' } });
  });

  it('changes nothing for a request that is wrong', async () => {
    await start();
    expect(await call('PUT', '/override', { limit: 12, reason: 'load test' })).toMatchObject({
      status: 400,
      body: { error: expect.stringMatching(/^\[BAD_TTL\] ttl is missing\. Say for how long/) },
    });
    expect((await call('PUT', '/override', '{"limit":')).status).toBe(400);
    expect(await call('GET', '')).toMatchObject({ body: { mode: 'auto', limit: 4 } });
    expect(actions()).toEqual([]);
  });

  it('takes no orders in a dry run', async () => {
    await start({ CONCURRENCY_DRY_RUN: 'true' });
    const answer = await call('PUT', '/override', { limit: 12, reason: 'load test', ttl: '10m' });
    expect(answer).toMatchObject({ status: 409, body: { error: expect.stringContaining('[DRY_RUN]') } });
  });
});

describe('/controller with keys', () => {
  const freeze = { reason: 'deploy' };

  it.each([
    [{ API_KEYS: 'app:k1' }, 'k1', 'k2', 'app'],
    [{ API_KEYS: 'app:k1', ADMIN_KEYS: 'ops:k2' }, 'k2', 'k1', 'ops'],
  ])('with %o takes %s, not %s, and calls its holder %s', async (keys, right, wrong, label) => {
    await start(keys);
    for (const headers of [{}, { authorization: `Bearer ${wrong}` }]) {
      expect((await call('GET', '', undefined, headers)).status).toBe(401);
      expect((await call('PUT', '/freeze', freeze, headers)).status).toBe(401);
      expect((await call('DELETE', '/freeze', undefined, headers)).status).toBe(401);
    }
    expect(actions()).toEqual([]);
    const authorization = { authorization: `Bearer ${right}` };
    expect(await call('PUT', '/freeze', freeze, authorization)).toMatchObject({
      status: 200,
      body: { order: { by: label } },
    });
    expect(actions()).toMatchObject([{ action: 'freeze', by: label }]);
  });

  it('does not let a key speak for somebody else', async () => {
    await start({ API_KEYS: 'app:k1' });
    const answer = await call('PUT', '/freeze', { ...freeze, by: 'ann' }, { authorization: 'k1' });
    expect(answer).toMatchObject({ status: 400, body: { error: expect.stringContaining('[BAD_AUTHOR]') } });
  });

  it('refuses before it has read the body', async () => {
    await start({ API_KEYS: 'app:k1' });
    expect((await call('PUT', '/freeze', 'no JSON')).status).toBe(401);
  });
});

async function start(environment: Readonly<Record<string, string>> = {}): Promise<void> {
  const settings = loadSettings(
    {
      QUEUE_URL: `sqlite:${join(folder, 'queue.db')}`,
      TELEMETRY_GPU: 'none',
      PORT: '0',
      CONCURRENCY_PERIOD: '50ms',
      CONCURRENCY_STRATEGY: 'fixed+aimd',
      CONCURRENCY_FIXED_LIMIT: '4',
      CONCURRENCY_SHADOW: 'pid',
      ...environment,
    },
    { strategies: builtInStrategies },
  );
  running = await startStandalone(settings, {
    handler: { handler: async () => ({}) },
    strategies: builtInStrategies,
    environment: {},
    onEvent: (event) => void events.push(event),
  });
}

async function call(
  method: 'GET' | 'PUT' | 'DELETE',
  route: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const response = await fetch(`${running?.url}/controller${route}`, {
    method,
    headers,
    ...(body !== undefined && { body: text }),
  });
  // oxlint-disable-next-line typescript/no-explicit-any -- bodies are what the tests are about
  return { status: response.status, body: (await response.json()) as any };
}

function records(): readonly DecisionRecord[] {
  return events.flatMap((event) => (event.type === 'period' ? [event.record] : []));
}

function actions(): readonly Readonly<Record<string, unknown>>[] {
  return events.flatMap((event) =>
    event.type === 'notice' && event.event === 'operator-action' ? [event.fields] : [],
  );
}
