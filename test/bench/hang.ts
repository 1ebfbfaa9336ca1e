import { writeFileSync } from 'node:fs';
import { makeFakeNvidiaSmi } from '../doubles/fake-nvidia-smi.ts';
import { hangRun, type HangFigures } from '../e2e/hang-run.ts';
import { benchFlags, machine } from './harness.ts';

// A driver that hangs for ever, from the 20th second on, against the same worker without telemetry, at the same time; and
// a third worker whose strategy needs the reading. Needs the build (npm run build).
//   node --conditions=flyball-source test/bench/hang.ts [--seconds 300] [--json FILE]

const flags = benchFlags(['seconds']);
const seconds = Number(flags.values['seconds'] ?? 300);
const play = 'ok*20,hang-hard';

const [forFixed, forThreshold] = await Promise.all([makeFakeNvidiaSmi({ play }), makeFakeNvidiaSmi({ play })]);
const path = (folder: string): string => `${folder}:${process.env['PATH'] ?? ''}`;
const fixed = { CONCURRENCY_STRATEGY: 'fixed', CONCURRENCY_FIXED_LIMIT: '8' };
try {
  const [without, hung, steered] = await Promise.all([
    hangRun({ seconds, environment: { ...fixed, TELEMETRY_GPU: 'none' } }),
    hangRun({ seconds, environment: { ...fixed, TELEMETRY_GPU: 'nvidia-smi', PATH: path(forFixed.path) } }),
    hangRun({
      seconds,
      environment: {
        CONCURRENCY_STRATEGY: 'threshold',
        CONCURRENCY_THRESHOLD_SIGNAL: 'gpu-memory',
        CONCURRENCY_INITIAL: '2',
        TELEMETRY_GPU: 'nvidia-smi',
        PATH: path(forThreshold.path),
      },
    }),
  ]);
  const others = Math.max(...forFixed.calls().map((call) => call.others), 0);
  console.log(`no telemetry   ${line(without)}`);
  console.log(`hung driver    ${line(hung)}; ratio ${(hung.jobsPerSecond / without.jobsPerSecond).toFixed(3)}`);
  console.log(`nvidia-smi was called ${forFixed.calls().length} times, at most ${others + 1} at once`);
  console.log('threshold on gpu-memory, limit by reason:');
  for (const stretch of stretches(steered)) console.log(`  ${stretch}`);
  if (flags.json !== undefined) {
    const { records: _a, metrics: _b, ...noTelemetry } = without;
    const { records: _c, metrics: _d, ...hungDriver } = hung;
    const report = { bench: 'hang', machine: machine(), seconds, noTelemetry, hungDriver, limits: stretches(steered) };
    writeFileSync(flags.json, `${JSON.stringify(report, null, 2)}\n`);
  }
} finally {
  await Promise.all([forFixed.close(), forThreshold.close()]);
}

function line({ jobsPerSecond, loopDelayP99Ms, processes }: HangFigures): string {
  const { first, most, left } = processes;
  return `${jobsPerSecond.toFixed(2)} jobs/s, event-loop delay p99 ≤ ${loopDelayP99Ms} ms, processes ${first} at first, ${most} at most, ${left} left`;
}

/** `limit 10 for 30 s: signal-stale`, one line for each change. */
function stretches({ records }: HangFigures): readonly string[] {
  const lines: string[] = [];
  let since = 0;
  for (const [index, record] of records.entries()) {
    const next = records[index + 1];
    if (next?.reason === record.reason && next.limit.gate === record.limit.gate) continue;
    lines.push(`${index - since + 1} s at ${record.limit.gate}: ${record.reason}`);
    since = index + 1;
  }
  return lines;
}
