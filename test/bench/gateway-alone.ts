import { Pool } from 'undici';
import { benchFlags, figure, machine, publish } from './harness.ts';
import { openGateway } from './sdk/endpoint.ts';

// What a gateway alone can hand out and take back by RunPod's job protocol: a client that runs nothing takes batches of 25 jobs
// and posts each one's end. Needs the build (npm run build).
//   node --conditions=flyball-source test/bench/gateway-alone.ts [--runs 5] [--seconds 5] [--json FILE]

interface Taken {
  readonly id: string;
}

const flags = benchFlags(['seconds']);
const seconds = Number(flags.values['seconds'] ?? 5);
const mostPerSecond = 15_000;
const lanes = 4;
const batch = 25;

const rates: number[] = [];
for (let run = 0; run < flags.runs; run += 1) rates.push(await jobsPerSecond());
publish(
  {
    bench: 'gateway-alone',
    machine: machine(),
    figures: [figure('jobs taken and ended', 'jobs/s', rates)],
    notes: [
      `RunPod's job protocol, ${lanes} at a time with batches of ${batch} and a call for each end, over ${seconds} s after 1 s.`,
      'The gateway is on SQLite, durable; the client shares its machine.',
    ],
  },
  flags.json,
);

async function jobsPerSecond(): Promise<number> {
  const endpoint = await openGateway(mostPerSecond * (seconds + 1), () => 0);
  const { RUNPOD_WEBHOOK_GET_JOB: take = '', RUNPOD_WEBHOOK_POST_OUTPUT: done = '' } = endpoint.environment('bench');
  const { origin } = new URL(take);
  const pool = new Pool(origin, { connections: lanes * batch });
  const batches = take.slice(origin.length).replace('job-take/$ID', 'job-take-batch/bench') + `&batch_size=${batch}`;
  const ends = done.slice(origin.length).replace('$RUNPOD_POD_ID', 'bench');
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  let ended = 0;
  const start = performance.now();
  const until = start + 1000 * (seconds + 1);
  const lane = async (): Promise<void> => {
    while (performance.now() < until) {
      const answer = await pool.request({ path: batches, method: 'GET' });
      const jobs = (await answer.body.json()) as readonly Taken[];
      await Promise.all(
        jobs.map(async ({ id }) => {
          const { statusCode, body } = await pool.request({
            path: `${ends.replace('$ID', id)}&isStream=false`,
            method: 'POST',
            headers,
            body: '{"output":{"done":true}}',
          });
          await body.dump();
          if (statusCode !== 200) throw new Error(`the gateway answered an end with ${statusCode}`);
          if (performance.now() - start > 1000) ended += 1;
        }),
      );
    }
  };
  try {
    await Promise.all(Array.from({ length: lanes }, lane));
    return (1000 * ended) / (performance.now() - start - 1000);
  } finally {
    await pool.close();
    await endpoint.close();
  }
}
