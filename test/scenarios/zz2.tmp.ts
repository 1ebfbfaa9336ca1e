import { runHost, cores, pool, type Host } from './host-loop.ts';
import * as S from '#libs/strategies';
const bounds = { min: 1, max: 64 };
const strategy = (S as any)[process.argv[2]!];
const config = (strategy.config['~standard'].validate({}) as any).value;
const seeds = Array.from({ length: 12 }, (_, i) => i + 1);
const rows: string[] = [];
for (const [name, host, n] of [['cores2', cores(2), 2], ['pool8', pool(8), 8], ['dips', { servers: 8, speed: (_n: number, t: number) => (t % 7000 < 500 ? 0.6 : 1) }, 8], ['cores4', cores(4), 4],
 ['curveC', { servers: Infinity, speed: (n: number) => 1 / (1 + 0.377 * (n - 1) + 0.088 * n * (n - 1)) }, 2],['curveB', { servers: Infinity, speed: (n: number) => 1 / (1 + 0.0108 * (n - 1) + 0.00106 * n * (n - 1)) }, 18]] as [string, Host, number][])
  for (const solo of [50, 150, 500]) for (const spread of [0.03, 0.1, 0.3, 0.5]) {
    const base = { host, solo, spread, duration: 120_000, period: 1000, deadline: 2 * solo };
    const best = runHost({ ...base, seed: 101, setup: { strategy: S.fixed, config: { limit: n }, bounds, initial: n, dryRun: false } }).onTime;
    const rs = seeds.map((seed) => runHost({ ...base, seed, setup: { strategy, config, bounds, initial: 1, dryRun: false } }).onTime / best);
    rows.push(`${name}/${solo}/${spread}: ${(rs.reduce((a, b) => a + b) / rs.length).toFixed(2)}/${Math.min(...rs).toFixed(2)}`);
  }
console.log(process.argv[3] ?? process.argv[2], rows.join('  '));
