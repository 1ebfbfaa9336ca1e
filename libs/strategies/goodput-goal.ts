import { timeAt, type Usl } from './goodput-fit.ts';
import { freshness, type Sample } from './goodput-samples.ts';

/** What the model says of every limit from 1 on; index 0 is limit 1. */
export interface Goal {
  /** On-time jobs per unit of time: n/ŷ(n) times the share on time. The unit is the fit's. */
  readonly rates: readonly number[];
  /** Share of jobs within their deadline. */
  readonly onTime: readonly number[];
}

export interface GoalOptions {
  readonly t: number;
  /** Limits to look at: 1 … `most`. */
  readonly most: number;
  readonly memoryMs: number;
}

/** Jobs whose slack is asked. */
const judged = 400;

/**
 * Ĝ(n) = n/ŷ(n) · P̂[ s·ŷ(n)/ŷ(nᵢ) ≤ 1 ] over the newest jobs: each keeps the share of its deadline that it would have
 * needed alone, and is on time at n if that, slowed down as the fit says, is. A job without a deadline is never late.
 */
export function goalOf(fit: Usl, samples: readonly Sample[], { t, most, memoryMs }: GoalOptions): Goal {
  const newest = samples.slice(-judged);
  const needs = newest.map(([, n, slack]) => (slack === null ? 0 : slack / timeAt(fit, n)));
  const weights = newest.map((sample) => freshness(sample, t, memoryMs));
  const order = Uint16Array.from(newest.keys()).toSorted((a, b) => needs[a]! - needs[b]!);
  let left = order.length;
  let onTimeWeight = weights.reduce((sum, weight) => sum + weight, 0);
  const total = onTimeWeight;
  const [rates, onTime]: [number[], number[]] = [[], []];
  for (let n = 1; n <= most; n += 1) {
    const time = timeAt(fit, n);
    // Times only grow with n: who is late stays late.
    while (left > 0 && needs[order[left - 1]!]! * time > 1) {
      left -= 1;
      onTimeWeight -= weights[order[left]!]!;
    }
    const share = left === 0 || total === 0 ? 0 : onTimeWeight / total;
    onTime.push(share);
    rates.push((n / time) * share);
  }
  return { rates, onTime };
}
