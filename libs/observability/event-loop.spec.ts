import { expect, it } from 'vitest';
import { EventLoopWatch } from './event-loop.ts';

it('sees how long the event loop was held, and how busy it was', async () => {
  const seen = Promise.withResolvers<number>();
  const watch = new EventLoopWatch((delay) => seen.resolve(delay));
  const end = performance.now() + 250;
  while (performance.now() < end);
  // The watch alone would let the process end.
  const alive = setInterval(() => undefined, 1000);
  const delay = await seen.promise;
  clearInterval(alive);
  expect(delay).toBeGreaterThan(0.1);
  expect(watch.utilization()).toBeGreaterThan(0.5);
  watch.close();
});
