import { namedScenarios, simulate } from '#libs/simulation';
import * as S from '#libs/strategies';
const best: Record<string, number> = { S1: 13.79, S2: .108, S3: 4.24, S4: 9.19, S5: 14.59, S8: 10.91 };
for (const name of process.argv[2]!.split(',')) {
  const strategy = (S as any)[name]; const config = (strategy.config['~standard'].validate({}) as any).value;
  const out = Object.entries(namedScenarios).filter(([, s]) => best[(s as any).name ?? '']).map(([k, scenario]) => {
    const rs = [1, 2, 3].map((seed) => { const r = simulate({ scenario: scenario as any, seed, setup: { strategy, config, bounds: { min: 1, max: 64 }, initial: 1, dryRun: false } });
      const ls = r.records.map((x) => x.limit.gate); return { ratio: r.totals.onTime / (r.totals.duration / 1000) / best[(scenario as any).name]!, oom: r.totals.outOfMemory, mean: ls.slice(-300).reduce((a, b) => a + b) / 300, t28: ls.findIndex((l) => l >= 24) }; });
    return `${k} ${rs.map((r) => `${r.ratio.toFixed(3)} oom ${r.oom} L ${r.mean.toFixed(1)} t24 ${r.t28}`).join(' | ')}`;
  });
  console.log(name + '\n  ' + out.join('\n  '));
}
