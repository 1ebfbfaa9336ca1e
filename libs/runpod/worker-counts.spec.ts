import { expect, it } from 'vitest';
import { workerCounts } from './worker-counts.ts';

it('counts a worker by its state, and a ready one by whether it has jobs', () => {
  expect(
    workerCounts([
      { state: 'initializing', inFlight: 0 },
      { state: 'ready', inFlight: 0 },
      { state: 'ready', inFlight: 4 },
      { state: 'ready', inFlight: 1 },
      { state: 'draining', inFlight: 2 },
      { state: 'draining', inFlight: 0 },
      { state: 'unhealthy', inFlight: 3 },
    ]),
  ).toEqual({ idle: 1, initializing: 1, running: 3, throttled: 0, unhealthy: 1 });
});

it('counts nobody where nobody works', () => {
  expect(workerCounts([])).toEqual({ idle: 0, initializing: 0, running: 0, throttled: 0, unhealthy: 0 });
});
