import { exponential, type ArrivalTimes } from './arrivals.ts';
import type { Random } from './random.ts';

/**
 * People talking to an LLM: Poisson with rate `perSecond`·exp(x + y − 0.034), where x drifts over minutes and y over
 * seconds. Fitted to the conversation trace of Azure, 2023 (inter-arrival CV 1.09, IDC of 1, 10, 60 s 1.39, 3.9, 16).
 */
export function conversationArrivals(perSecond: number): ArrivalTimes {
  return (random) => {
    const drifts = [new Drift(0.22, 600_000, random), new Drift(0.14, 5000, random)];
    const rateNow = (): number => (perSecond / 1000) * Math.exp(drifts.reduce((sum, { value }) => sum + value, -0.034));
    let t = 0;
    let stepEnd = step;
    let rate = rateNow();
    return () => {
      // One unit of a Poisson process whose time runs at the rate.
      let left = exponential(random, 1);
      while (left > rate * (stepEnd - t)) {
        left -= rate * (stepEnd - t);
        t = stepEnd;
        stepEnd += step;
        for (const drift of drifts) drift.step(random);
        rate = rateNow();
      }
      t += left / rate;
      return t;
    };
  };
}

/** The rate is constant over this, ms. */
const step = 500;

/** An Ornstein–Uhlenbeck process at steps: x ← a·x + sd·√(1 − a²)·g with a = exp(−step/τ), exact at each. */
class Drift {
  value: number;
  readonly #keep: number;
  readonly #kick: number;

  constructor(deviation: number, timeConstant: number, random: Random) {
    this.#keep = Math.exp(-step / timeConstant);
    this.#kick = deviation * Math.sqrt(1 - this.#keep ** 2);
    this.value = deviation * random.normal();
  }

  step(random: Random): void {
    this.value = this.#keep * this.value + this.#kick * random.normal();
  }
}
