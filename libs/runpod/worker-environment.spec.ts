import { expect, it } from 'vitest';
import { workerEnvironment } from './worker-environment.ts';

const lines = workerEnvironment({ url: 'http://10.0.0.1:8080', endpoint: 'ep', worker: 'worker-1', key: "it's" });

it('is the block that the SDK goes by', () => {
  expect(lines.split('\n').slice(0, 8)).toEqual([
    "RUNPOD_WEBHOOK_GET_JOB='http://10.0.0.1:8080/v2/ep/job-take/$ID?gpu=any'",
    "RUNPOD_WEBHOOK_POST_OUTPUT='http://10.0.0.1:8080/v2/ep/job-done/$RUNPOD_POD_ID/$ID?gpu=any'",
    "RUNPOD_WEBHOOK_POST_STREAM='http://10.0.0.1:8080/v2/ep/job-stream/$RUNPOD_POD_ID/$ID?gpu=any'",
    "RUNPOD_WEBHOOK_PING='http://10.0.0.1:8080/v2/ep/ping/$RUNPOD_POD_ID'",
    String.raw`RUNPOD_AI_API_KEY='it'\''s'`,
    "RUNPOD_POD_ID='worker-1'",
    "RUNPOD_ENDPOINT_ID='ep'",
    'RUNPOD_PING_INTERVAL=10000',
  ]);
});

it('says what else the SDK minds, as comments of the shell', () => {
  const notes = lines.split('\n').slice(8, -1);
  expect(notes.every((line) => line.startsWith('# '))).toBe(true);
  expect(notes.join(' ')).toMatch(/no pings.*whole seconds.*config\.toml/);
});
