import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startProcess } from '../e2e/standalone-process.ts';
import { benchFlags, figure, machine, publish } from './harness.ts';

// What the standalone costs when nothing happens, and how soon it works: the built program with the echo example.
//   npm run build && node --conditions=flyball-source test/bench/idle.ts [--runs 5] [--seconds 300] [--json FILE]

const flags = benchFlags(['seconds']);
const seconds = Number(flags.values['seconds'] ?? 300);
const ticksPerSecond = 100; // USER_HZ, fixed on Linux

const directory = mkdtempSync(join(tmpdir(), 'flyball-bench-'));
const firstJob: number[] = [];
for (let run = 0; run < flags.runs; run += 1) {
  const started = performance.now();
  const flyball = await startProcess('examples/echo/handler.mjs', {
    QUEUE_URL: `sqlite:${join(directory, `${run}.db`)}`,
  });
  await fetch(`${flyball.url}/v2/local/runsync`, { method: 'POST', body: '{"input":{}}' });
  firstJob.push((performance.now() - started) / 1000);
  await flyball.stop();
}

const flyball = await startProcess('examples/echo/handler.mjs', {
  QUEUE_URL: `sqlite:${join(directory, 'idle.db')}`,
  DECISION_LOG: join(directory, 'decisions.jsonl'),
});
const pid = flyball.child.pid ?? 0;
await sleep(10_000);
const before = cpuSeconds(pid);
const cpu: number[] = [];
const memory: number[] = [];
for (let part = 0; part < 5; part += 1) {
  const start = cpuSeconds(pid);
  await sleep((seconds * 1000) / 5);
  cpu.push(((cpuSeconds(pid) - start) / (seconds / 5)) * 100);
  memory.push(residentMegabytes(pid));
}
const periodMicroseconds = await meanPeriod(flyball.url);
const whole = ((cpuSeconds(pid) - before) / seconds) * 100;
await flyball.stop();
rmSync(directory, { recursive: true });

publish(
  {
    bench: 'idle',
    machine: machine(),
    figures: [
      figure('start to first job answered', 's', firstJob, '< 1.5'),
      figure(`CPU of one core over ${seconds} s`, '%', [whole], '< 1'),
      figure('  the same, in fifths', '%', cpu, '< 1'),
      figure('mean control period, by its own histogram', 'µs', [periodMicroseconds], '≤ 100'),
      figure('resident memory', 'MB', memory, '< 150'),
    ],
    notes: ['CPU and memory from /proc, after 10 s; period 1 s, host telemetry 1 s, decision log on.'],
  },
  flags.json,
);

/** Observe, decide, apply and record, over the life of the process. */
async function meanPeriod(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const value = (name: string): number =>
    Number(new RegExp(`^flyball_control_period_duration_seconds_${name}\\{[^}]*\\} (.+)$`, 'm').exec(text)?.[1]);
  return (value('sum') / value('count')) * 1e6;
}

/** User and system time of the process, all threads. */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

function residentMegabytes(pid: number): number {
  const [, kilobytes = '0'] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) / 1000;
}
