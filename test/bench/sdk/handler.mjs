// What worker.py is on RunPod's SDK: a job sleeps for as long as its input says.
import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const ends = process.env.ENDS_LOG;
const [fewest, most] = [1, 10];

export default async function handler({ input }) {
  await sleep(input.ms);
  if (ends !== undefined) appendFileSync(ends, `${Date.now()}\n`);
  return { ms: input.ms };
}

/** The example of RunPod's guide to concurrent handlers: one up or down by a request rate that is drawn. */
export function concurrencyModifier(current) {
  const rate = 20 + Math.floor(81 * Math.random());
  if (rate > 50 && current < most) return current + 1;
  if (rate <= 50 && current > fewest) return current - 1;
  return current;
}
