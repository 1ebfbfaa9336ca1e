// Each run of a job is one line in a ledger that all workers share; the output says what it must be.
import { createHash } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

export default async function* handler(job, { signal }) {
  const { text, ms, chunks } = job.input;
  appendFileSync(process.env.CHAOS_LEDGER, `${job.id}\n`);
  for (let chunk = 0; chunk < chunks; chunk += 1) {
    await sleep(ms / chunks, undefined, { signal });
    yield { chunk };
  }
  if (chunks === 0) await sleep(ms, undefined, { signal });
  yield createHash('sha256').update(text).digest('hex');
}

export const returnAggregateStream = true;
