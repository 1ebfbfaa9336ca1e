import { runHost, cores, pool } from './host-loop.ts';
import * as S from '#libs/strategies';
const [name, hostName, solo, spread, dl, n, seed] = process.argv.slice(2);
const strategy = (S as any)[name!];
const config = (strategy.config['~standard'].validate({}) as any).value;
const host = hostName!.startsWith('pool') ? pool(Number(hostName!.slice(4))) : cores(Number(hostName!.slice(5)));
const r = runHost({
  host,
  solo: Number(solo),
  spread: Number(spread),
  duration: 120000,
  period: 1000,
  seed: Number(seed ?? 1),
  ...(Number(dl) && { deadline: Number(dl) * Number(solo) }),
  setup: { strategy, config, bounds: { min: 1, max: 64 }, initial: 1, dryRun: false },
});
for (const { observation: o, verdict: v } of r.periods.slice(0, Number(n ?? 60)))
  console.log(
    o.seq,
    'L',
    o.limit,
    'done',
    o.jobs.succeeded,
    'late',
    o.jobs.late,
    's',
    o.slack?.p50,
    '->',
    v.decision.limit,
    v.reason,
    JSON.stringify(v.decision.terms),
  );
console.log(r.onTime, r.done);
