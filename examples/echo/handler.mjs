import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Gives the input back. `{ "delay": 500 }` waits so many milliseconds first; `{ "stream": 3 }` yields so many chunks,
 * the delay before each.
 *
 * @type {import('flyball').Handler}
 */
export default function handler(job, { signal }) {
  const { delay = 0, stream } = Object(job.input);
  if (!(delay >= 0) || !(stream === undefined || stream >= 0)) return { error: 'delay and stream must be 0 or more.' };
  if (stream !== undefined) return chunks(stream, delay, signal);
  return delay > 0 ? sleep(delay, job.input, { signal }) : job.input;
}

async function* chunks(count, delay, signal) {
  for (let index = 0; index < count; index += 1) {
    if (delay > 0) await sleep(delay, undefined, { signal });
    yield { index };
  }
}
