import { simulate, namedScenarios } from '#libs/simulation';
import { aimd, pid } from '#libs/strategies';
import { goodput } from './goodput.ts';
const names = (process.argv[2] ?? 'S1,S2').split(',');
const show = process.argv[3];
const laws = [aimd, pid, goodput];
for (const name of names) {
  const scenario = (namedScenarios as any)[name];
  for (const strategy of laws) {
    if (show && strategy !== goodput) continue;
    const parsed = (strategy.config['~standard'].validate({}) as any).value;
    const out: string[] = [];
    for (const seed of show ? [Number(show)] : [1, 2, 3]) {
      const t0 = performance.now();
      const { totals, records } = simulate({ scenario, seed, setup: { strategy: strategy as any, config: parsed, bounds: { min: 1, max: 64 }, initial: 1, dryRun: false } });
      const ms = performance.now() - t0;
      const half = records.slice(records.length / 2);
      let churn = 0;
      for (let i = 1; i < half.length; i++) churn += Math.abs(half[i]!.limit.gate - half[i - 1]!.limit.gate);
      out.push(`${(1000 * totals.onTime / totals.duration).toFixed(3)} late ${(totals.late / totals.finished).toFixed(3)} oom ${totals.outOfMemory} churn ${(churn / (half.length / 60)).toFixed(1)} L ${(half.reduce((s, r) => s + r.limit.gate, 0) / half.length).toFixed(1)} ${ms.toFixed(0)}ms`);
      if (show) for (const r of records) if (r.action !== 'hold' || r.decision.terms?.['target']) console.log(r.t / 1000, r.limit.before, '->', r.limit.after, r.reason, JSON.stringify(r.decision.terms));
    }
    console.log(name, strategy.name.padEnd(8), out.join(' | '));
  }
}
