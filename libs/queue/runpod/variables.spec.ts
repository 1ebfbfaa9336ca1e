import { expect, it } from 'vitest';
import { readVariables, type RunpodVariables } from './variables.ts';

const given: RunpodVariables = {
  RUNPOD_WEBHOOK_GET_JOB: 'https://api.runpod.ai/v2/ep/job-take/$ID?gpu=$RUNPOD_GPU_TYPE_ID',
  RUNPOD_WEBHOOK_POST_OUTPUT: 'https://api.runpod.ai/v2/ep/job-done/$RUNPOD_POD_ID/$ID?gpu=$RUNPOD_GPU_TYPE_ID',
  RUNPOD_WEBHOOK_POST_STREAM: 'https://api.runpod.ai/v2/ep/job-stream/$RUNPOD_POD_ID/$ID?gpu=$RUNPOD_GPU_TYPE_ID',
  RUNPOD_WEBHOOK_PING: 'https://api.runpod.ai/v2/ep/ping/$RUNPOD_POD_ID',
  RUNPOD_AI_API_KEY: 'rpa_key',
  RUNPOD_POD_ID: 'pod1',
  RUNPOD_ENDPOINT_ID: 'ep',
  RUNPOD_GPU_TYPE_ID: 'H200',
};

it("expands every address: in a take $ID is the worker's, in a result the job's (H1)", () => {
  const { routes, worker, endpoint, key, missing } = readVariables(given, () => 'random');
  expect([worker, endpoint, key, missing]).toEqual(['pod1', 'ep', 'rpa_key', []]);
  expect(routes).toMatchObject({
    takeOne: 'https://api.runpod.ai/v2/ep/job-take/pod1?gpu=H200',
    takeBatch: 'https://api.runpod.ai/v2/ep/job-take-batch/pod1?gpu=H200',
    stop: 'https://api.runpod.ai/v2/ep/job-stop/pod1?gpu=H200',
    ping: 'https://api.runpod.ai/v2/ep/ping/pod1',
  });
  expect(routes.result('j1')).toBe('https://api.runpod.ai/v2/ep/job-done/pod1/j1?gpu=H200');
  expect(routes.stream?.('j1')).toBe('https://api.runpod.ai/v2/ep/job-stream/pod1/j1?gpu=H200');
});

it('goes without what it was not given, and says what and why', () => {
  const { routes, missing, worker, key } = readVariables(
    {
      RUNPOD_WEBHOOK_GET_JOB: 'http://h/take?w=$ID',
      RUNPOD_WEBHOOK_POST_OUTPUT: 'http://h/done/$ID',
      RUNPOD_POD_ID: '',
    },
    () => 'random',
  );
  expect([worker, key, routes.takeOne]).toEqual(['random', undefined, 'http://h/take?w=random']);
  expect([routes.takeBatch, routes.stop, routes.ping, routes.stream]).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
  expect(missing.map(({ what }) => what)).toEqual(['take-batch', 'stop', 'ping', 'stream']);
});

it.each([
  [undefined, 10_000],
  ['4000', 4000],
  ['2500.5', 2500.5],
  ['0', 10_000],
  ['10', 1000],
  ['soon', 10_000],
])('pings every %s as %s ms (H11)', (text, pingMs) => {
  const interval = text === undefined ? {} : { RUNPOD_PING_INTERVAL: text };
  expect(readVariables({ ...given, ...interval }, () => '').pingMs).toBe(pingMs);
});

it('reads the time for the start in seconds, seven minutes unless said (H14)', () => {
  expect(readVariables(given, () => '').initTimeoutMs).toBe(420_000);
  expect(readVariables({ ...given, RUNPOD_INIT_TIMEOUT: '800' }, () => '').initTimeoutMs).toBe(800_000);
});

it.each([
  [{ RUNPOD_WEBHOOK_GET_JOB: '' }, 'RUNPOD_WEBHOOK_GET_JOB is not set'],
  [{ RUNPOD_WEBHOOK_POST_OUTPUT: undefined }, 'RUNPOD_WEBHOOK_POST_OUTPUT is not set'],
  [{ RUNPOD_WEBHOOK_PING: 'ftp://h/' }, 'RUNPOD_WEBHOOK_PING="ftp://h/" is no address'],
])('refuses %o with the next step', (over, words) => {
  expect(() => readVariables({ ...given, ...over }, () => '')).toThrow(words);
});
