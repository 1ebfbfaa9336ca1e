import { parseArgs } from 'node:util';
import { hasRedis } from '../fixtures/redis-server.ts';
import { runChaos } from './run-chaos.ts';

// Kills, pauses and slows everything while clients send jobs, and looks at what became of each.
//   npm run test:chaos -- --seed 1 [--jobs 5000] [--rate 40] [--pause 20000]

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    jobs: { type: 'string', default: '5000' },
    rate: { type: 'string', default: '40' },
    pause: { type: 'string', default: '20000' },
  },
});
if (!hasRedis) {
  console.error('redis-server is not here: install it to run this');
  process.exit(1);
}
const started = performance.now();
const say = (line: string): void =>
  console.log(`${((performance.now() - started) / 1000).toFixed(1).padStart(6)} s  ${line}`);
const verdict = await runChaos({
  seed: Number(values.seed),
  jobs: Number(values.jobs),
  perSecond: Number(values.rate),
  pauseMs: Number(values.pause),
  tell: say,
});
console.table({ seed: Number(values.seed), ...verdict, byStatus: JSON.stringify(verdict.byStatus) });
process.exitCode = verdict.faults.length > 0 ? 1 : 0;
