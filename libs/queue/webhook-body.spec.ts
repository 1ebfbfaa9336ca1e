import { expect, it } from 'vitest';
import { defaultWebhookBody } from './webhook-body.ts';

const job = {
  id: 'a',
  status: 'COMPLETED',
  enqueuedAt: 1,
  delayTime: 9533,
  executionTime: 88,
  retries: 0,
  expired: false,
  output: { x: 2 },
} as const;
const url = 'https://example.com/hook';

it('is the status body plus input and webhook', () => {
  expect(JSON.parse(defaultWebhookBody({ job, input: { x: 1 }, url }))).toEqual({
    id: 'a',
    status: 'COMPLETED',
    delayTime: 9533,
    executionTime: 88,
    input: { x: 1 },
    output: { x: 2 },
    webhook: url,
  });
});

it('sends retries only above 0', () => {
  expect(JSON.parse(defaultWebhookBody({ job: { ...job, retries: 2 }, input: null, url }))).toMatchObject({
    retries: 2,
    input: null,
  });
});
