import { countBetween, type Tally } from '#libs/simulation';
import type { Curve } from './results.ts';

/** A run in `steps` equal steps: as fine as a picture can show. */
export function curveOf(
  subject: string,
  { gates, onTimeAt }: Pick<Tally, 'gates' | 'onTimeAt'>,
  { duration, steps = 240 }: { readonly duration: number; readonly steps?: number },
): Curve {
  const step = duration / steps;
  const t = Array.from({ length: steps }, (_, index) => index * step);
  return {
    subject,
    t: t.map(Math.round),
    limit: meanGates(gates, step, steps).map(rounded),
    rate: t.map((from) => rounded(countBetween(onTimeAt, from, from + step) / (step / 1000))),
  };
}

function meanGates(gates: Tally['gates'], step: number, steps: number): readonly number[] {
  const means = Array.from({ length: steps }, () => 0);
  for (const [index, { t, gate }] of gates.entries()) {
    const end = Math.min(gates[index + 1]?.t ?? Infinity, step * steps);
    for (let at = Math.floor(t / step); at < steps && at * step < end; at += 1) {
      const held = Math.min(end, (at + 1) * step) - Math.max(t, at * step);
      means[at] = (means[at] ?? 0) + (gate * held) / step;
    }
  }
  return means;
}

/** Pages and JSON files are to stay small. */
function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
