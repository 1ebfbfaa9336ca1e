import { expect, it } from 'vitest';
import { healthBody } from './health-body.ts';

it('counts a free worker as idle and ready, and every job', () => {
  const jobs = { waiting: 3, lowPriority: 2, leased: 4, completed: 7, failed: 1, timedOut: 2, retried: 5 };
  const workers = { idle: 1, initializing: 0, running: 2, throttled: 0, unhealthy: 0 };
  expect(healthBody(jobs, workers)).toEqual({
    jobs: { completed: 7, failed: 3, inProgress: 4, inQueue: 5, retried: 5 },
    workers: { idle: 1, initializing: 0, ready: 1, running: 2, throttled: 0, unhealthy: 0 },
  });
});
