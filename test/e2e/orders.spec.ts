import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseRecord, type DecisionRecord } from '#libs/core';
import { keepFull } from './keep-full.ts';
import { startProcess, type StandaloneProcess } from './standalone-process.ts';

let folder: string;
let worker: StandaloneProcess;
let load: Promise<void>;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'flyball-orders-'));
  worker = await start();
  // Dies with its worker.
  load = keepFull({ url: worker.url, waiting: 50, input: { delay: 50 }, seconds: 20 }).catch(() => undefined);
});
afterAll(async () => {
  await worker.stop('SIGKILL');
  await load;
  rmSync(folder, { recursive: true });
});

describe('orders from the command line to a running worker', () => {
  it('set the limit, with who, why and until when, for anybody to read', async () => {
    const before = Date.now();
    const { status, out } = await flyball(['override', '12', '--for', '10m', '--reason', 'load test']);
    expect(out).toMatch(/^limit 12, \d+ running · override by ann until 20.*Z: load test\n$/);
    expect(status).toBe(0);
    const { mode, limit, order } = await controller();
    expect({ mode, limit, order }).toMatchObject({
      mode: 'override',
      limit: 12,
      order: { limit: 12, by: 'ann', reason: 'load test' },
    });
    expect(Date.parse(order.until) - before).toBeCloseTo(600_000, -4);
    await recorded(({ reason, override }) => reason === 'override' && override?.by === 'ann');
  });

  it('keep the limit as it is', async () => {
    const { out } = await flyball(['freeze', '--reason', 'deploy']);
    expect(out).toMatch(/^limit 12, \d+ running · frozen by ann until flyball resume: deploy\n$/);
    await recorded(({ mode, limit }) => mode === 'frozen' && limit.after === 12);
  });

  it('give the limit back to the strategy, which goes on from there', async () => {
    const { out } = await flyball(['resume']);
    expect(out).toMatch(/^limit 12, \d+ running · auto · goodput sets the limit\n$/);
    const { limit } = await recorded(({ mode }, before) => mode === 'auto' && before?.mode === 'frozen');
    expect(limit.before).toBe(12);
  });

  it('end by themselves', async () => {
    await flyball(['override', '3', '--for', '600ms', '--reason', 'short']);
    await recorded(({ mode }, before) => mode === 'auto' && before?.override?.reason === 'short');
    expect(await controller()).not.toHaveProperty('order');
  });

  it.each([
    [
      'a wrong key',
      ['override', '12', '--for', '10m', '--reason', 'x', '--key', 'guess'],
      1,
      /^\[WRONG_KEY\] .*ADMIN_KEYS.*--key KEY, or FLYBALL_KEY/,
    ],
    ['no reason', ['override', '12', '--for', '10m'], 2, /^\[BAD_ARGUMENT\] Say why with --reason/],
    ['an empty reason', ['freeze', '--reason', ' '], 2, /^\[BAD_REASON\] .*Say why/],
    ['no end', ['override', '12', '--reason', 'x'], 2, /^\[BAD_ARGUMENT\] Say for how long with --for/],
    ['more than a day', ['override', '12', '--for', '25h', '--reason', 'x'], 2, /^\[BAD_TTL\] .*"25h".*at most "24h"/],
    ['more than the most', ['override', '65', '--for', '1m', '--reason', 'x'], 2, /^\[BAD_LIMIT\] .*65.*0 to 64/],
    ['a port where nobody listens', ['resume', '--url', 'http://127.0.0.1:1'], 1, /^\[NO_WORKER\] .*flyball start/],
  ])('are refused with %s, with the next step, and change nothing', async (_what, args, status, words) => {
    const { mode } = await controller();
    const answer = await flyball(args);
    expect(answer.error).toMatch(words);
    expect(answer).toMatchObject({ status, out: '' });
    expect(await controller()).toMatchObject({ mode });
  });
});

it('orders do not outlive a worker that is killed, and its log replays bit for bit with them in it', async () => {
  await flyball(['override', '7', '--for', '1h', '--reason', 'until killed']);
  await recorded(({ override, limit }) => override?.reason === 'until killed' && limit.after === 7);
  await worker.stop('SIGKILL');
  await load;

  worker = await start();
  const { worker: second, mode, ...rest } = await controller();
  expect(mode).toBe('auto');
  expect(rest).not.toHaveProperty('order');
  await recorded((record) => record.worker === second && record.seq >= 5);
  await worker.stop();

  const all = records();
  expect(new Set(all.map((record) => record.worker)).size).toBe(2);
  const { status, out, error } = await flyball(['replay', join(folder, 'decisions.jsonl')]);
  expect(`${out}${error}`).toMatch(
    new RegExp(`^${all.length} decisions found again, \\d+ of them changes .*; 0 before`),
  );
  expect(status).toBe(0);
});

function start(): Promise<StandaloneProcess> {
  return startProcess('examples/echo/handler.mjs', {
    ADMIN_KEYS: 'ann:key-of-ann',
    CONCURRENCY_PERIOD: '200ms',
    DECISION_LOG: join(folder, 'decisions.jsonl'),
    QUEUE_URL: `sqlite:${join(folder, 'queue.db')}`,
    TELEMETRY_GPU: 'none',
    DRAIN_TIMEOUT: '1s',
  });
}

interface Answer {
  readonly status: number;
  readonly out: string;
  readonly error: string;
}

/** The built program, as the operator Ann has set it up. */
function flyball(args: readonly string[]): Promise<Answer> {
  const env = { PATH: process.env['PATH'] ?? '', PORT: new URL(worker.url).port, FLYBALL_KEY: 'key-of-ann' };
  return new Promise((resolve) => {
    execFile(process.execPath, ['dist/apps/cli/main.js', ...args], { env }, (failure, out, error) => {
      resolve({ status: failure === null ? 0 : Number(failure.code), out, error });
    });
  });
}

interface Told {
  readonly worker: string;
  readonly mode: string;
  readonly limit: number;
  readonly order: { readonly until: string };
}

async function controller(): Promise<Told> {
  const response = await fetch(`${worker.url}/controller`, { headers: { authorization: 'Bearer key-of-ann' } });
  return (await response.json()) as Told;
}

function records(): readonly DecisionRecord[] {
  const whole = readFileSync(join(folder, 'decisions.jsonl'), 'utf8').split('\n').slice(0, -1);
  return whole.map(parseRecord);
}

/** The first record of the log so, as soon as it is there. */
async function recorded(
  isSo: (record: DecisionRecord, before: DecisionRecord | undefined) => boolean,
): Promise<DecisionRecord> {
  const find = (): DecisionRecord | undefined => {
    const all = records();
    return all.find((record, index) => isSo(record, all[index - 1]));
  };
  await expect.poll(find, { timeout: 10_000 }).toBeDefined();
  return find()!;
}
