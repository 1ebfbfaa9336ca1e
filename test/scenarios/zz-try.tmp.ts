import { runHost, cores, pool, type Host } from './host-loop.ts';
import { aimd, fixed } from '#libs/strategies';
import * as S from '#libs/strategies';
const bounds = { min: 1, max: 64 };
const names = (process.argv[2] ?? 'aimd').split(',');
const hosts: [string, Host, number][] = [
  ['cores2', cores(2), 2],
  ['pool8', pool(8), 8],
  ['curveB', { servers: Infinity, speed: (n) => 1 / (1 + 0.0108 * (n - 1) + 0.00106 * n * (n - 1)) }, 31],
  ['curveC', { servers: Infinity, speed: (n) => 1 / (1 + 0.377 * (n - 1) + 0.088 * n * (n - 1)) }, 3],
  ['pool10', pool(10), 10],
  ['cores4', cores(4), 4],
];
const seeds = [1, 2, 3, 4, 5, 6, 7, 8];
const cache = new Map<string, number>();
for (const dl of [2, 0])
  for (const [name, host] of hosts)
    for (const solo of [50, 150, 500])
      for (const spread of [0.1, 0.3])
        for (const period of [1000]) {
          const duration = Number(process.argv[3] ?? 120_000);
          const base = { host, solo, spread, duration, period, ...(dl && { deadline: dl * solo }) };
          let best = 0,
            bestN = 0;
          for (let n = 1; n <= 64; n += n < 20 ? 1 : 4) {
            let sum = 0;
            for (const seed of [101]) {
              const strategy = fixed;
              const config = { limit: n };
              sum += runHost({ ...base, seed, setup: { strategy, config, bounds, initial: n, dryRun: false } }).onTime;
            }
            if (sum > best) {
              best = sum;
              bestN = n;
            }
          }
          const out: string[] = [];
          for (const s of names) {
            const strategy = (S as any)[s];
            const config = (strategy.config['~standard'].validate({}) as any).value;
            const ratios = seeds.map((seed) => {
              const r = runHost({ ...base, seed, setup: { strategy, config, bounds, initial: 1, dryRun: false } });
              const limits = r.periods
                .map((p) => p.verdict.limit.gate)
                .slice(-30)
                .sort((a, b) => a - b);
              return [r.onTime / best, limits[15]!] as const;
            });
            const rs = ratios.map(([r]) => r);
            const flag = Math.min(...rs) < (dl ? 0.9 : 0.85) ? ' <<<' : '';
            out.push(
              `${s}: mean ${(rs.reduce((a, b) => a + b) / rs.length).toFixed(3)} worst ${Math.min(...rs).toFixed(3)} L ${ratios.map(([, l]) => l).join(',')}${flag}`,
            );
          }
          console.log(`${dl ? 'dl' : 'no'} ${name} solo ${solo} cv ${spread}: best ${bestN} | ${out.join(' | ')}`);
        }
