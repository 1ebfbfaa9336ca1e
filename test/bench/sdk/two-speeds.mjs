// A plant of SERVERS servers, shared alike by the jobs in flight: a job takes input.ms while each has a server of its own,
// and input.ms · n / SERVERS while there are n > SERVERS.
import { setTimeout as sleep } from 'node:timers/promises';

const servers = Number(process.env.SERVERS);
const stepMs = 20;
let inFlight = 0;

export default async function handler({ input }) {
  inFlight += 1;
  let leftMs = input.ms;
  while (leftMs > 0) {
    const speed = Math.min(1, servers / inFlight);
    const since = performance.now();
    // The last step ends with the job, or every job would be rounded up to whole steps.
    await sleep(Math.min(stepMs, leftMs / speed));
    leftMs -= (performance.now() - since) * speed;
  }
  inFlight -= 1;
  return {};
}
