import { runHost, type Host } from './host-loop.ts';
import * as S from '#libs/strategies';
const [name, show] = process.argv.slice(2);
const strategy = (S as any)[name!]; const config = strategy.config['~standard'].validate({}).value;
const hosts: Record<string, Host> = {
  plain: { servers: 8, speed: () => 1 },
  dips: { servers: 8, speed: (_n, t) => (t % 7000 < 500 ? 0.6 : 1) },
  waves: { servers: 8, speed: (_n, t) => 0.95 + 0.05 * Math.sin(t / 2000) },
};
for (const [host, h] of Object.entries(hosts)) for (const spread of [0.01, 0.05]) {
  const base = { host: h, solo: 100, spread, duration: 90_000, period: 1000, deadline: 203, seed: 3 };
  const bounds = { min: 1, max: 64 };
  const best = runHost({ ...base, setup: { strategy: S.fixed, config: { limit: 8 }, bounds, initial: 8, dryRun: false } }).onTime;
  const r = runHost({ ...base, setup: { strategy, config, bounds, initial: 1, dryRun: false } });
  const ls = r.periods.map((p) => p.verdict.limit.gate).sort((a, b) => a - b);
  console.log(host, spread, 'ratio', (r.onTime / best).toFixed(3), 'median L', ls[45]);
  if (show === host && spread === 0.05) for (const { observation: o, verdict: v } of r.periods) console.log(o.seq, 'L', o.limit, 'done', o.jobs.succeeded, 'late', o.jobs.late, '->', v.decision.limit, v.reason, JSON.stringify(v.decision.terms));
}
