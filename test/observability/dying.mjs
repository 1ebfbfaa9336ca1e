// As many.mjs, and it can die: with `input.die` its process is gone, as after a crash of the driver.
import many from '../fixtures/handlers/many.mjs';

export default function handler(job, context) {
  if (job.input.die === true) process.kill(process.pid, 'SIGKILL');
  return many(job, context);
}

export const returnAggregateStream = true;
