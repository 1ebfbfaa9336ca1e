import { runHost, cores, pool, type Host } from './host-loop.ts';
import * as S from '#libs/strategies';
const bounds = { min: 1, max: 64 };
for (const [name, host, ns] of [
  ['cores2', cores(2), [1, 2, 3, 4]],
  ['pool2', pool(2), [1, 2, 3, 4]],
  ['pool8', pool(8), [6, 8, 9, 10, 11, 12, 13, 14, 15, 16]],
] as [string, Host, number[]][])
  for (const spread of [0.1, 0.3, 0.5]) {
    const base = { host, solo: 500, spread, duration: 1200_000, period: 1000, deadline: 1000 };
    console.log(
      name,
      spread,
      ns
        .map((n) => {
          const r = runHost({
            ...base,
            seed: 101,
            setup: { strategy: S.fixed, config: { limit: n }, bounds, initial: n, dryRun: false },
          });
          return `${n}: ${(r.onTime / 1200).toFixed(2)} m ${(1 - r.onTime / r.done).toFixed(3)}`;
        })
        .join(' | '),
    );
  }
