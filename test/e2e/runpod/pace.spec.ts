import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { systemClock } from '#libs/runtime';
import { Meter } from '../../bench/slots.ts';
import type { Run } from './remote-worker.ts';
import { startBoth } from './set-up.ts';

/** Jobs that wait, and how busy that keeps so many slots. */
function metered(limit: number, serviceMs: (id: string) => number): { readonly meter: Meter; readonly run: Run } {
  const meter = new Meter(systemClock(), limit);
  const run: Run = async ({ id }) => {
    meter.change(1);
    await sleep(serviceMs(id));
    meter.change(-1);
  };
  return { meter, run };
}

it('64: 100 ms jobs keep ten slots busy for at least 95 % of the time', async () => {
  const { meter, run } = metered(10, () => 100);
  const { fake } = await startBoth({ limit: 10, run });
  fake.jobs.endless = true;
  fake.jobs.changed();
  await fake.until(() => fake.jobs.in('done').length > 10);
  meter.reset();
  await sleep(2500);
  expect(meter.share).toBeGreaterThanOrEqual(0.95);
});

it('64: 40 ms away as well, with no more jobs waiting here than prefetch may bring', async () => {
  const { meter, run } = metered(10, () => 100);
  const { fake, worker } = await startBoth({ limit: 10, run }, { latencyMs: 20 });
  fake.jobs.endless = true;
  fake.jobs.changed();
  await fake.until(() => fake.jobs.in('done').length > 50);
  meter.reset();
  let most = 0;
  for (let look = 0; look < 100; look += 1) {
    await sleep(20);
    most = Math.max(most, worker.queue.held.waiting);
  }
  expect(meter.share).toBeGreaterThanOrEqual(0.95);
  expect(fake.mostTakes).toBeLessThanOrEqual(2);
  // Four for each slot.
  expect(most).toBeLessThanOrEqual(40);
});

it('64: from 4 to 5 under a long job leaves no gap', async () => {
  const longMs = 2500;
  const { meter, run } = metered(4, (id) => (id === 'long' ? longMs : 50));
  const { fake, worker } = await startBoth({ limit: 4, run });
  fake.jobs.add('long');
  fake.jobs.endless = true;
  await fake.until(() => fake.jobs.in('done').length > 10);
  const starts: number[] = [];
  meter.onStart = () => starts.push(performance.now());
  meter.reset();
  await sleep(700);
  const raised = performance.now();
  worker.gate.resize(5);
  meter.limit(5);
  await fake.until(() => worker.gate.inFlight === 5);
  await sleep(700);
  expect(fake.jobs.job('long').state).toBe('taken');
  expect(meter.share).toBeGreaterThanOrEqual(0.9);
  // The SDK starts none until the long job is over.
  expect(starts.filter((at) => at > raised).length).toBeGreaterThan(30);
});
