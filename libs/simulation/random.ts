/** A seeded stream of numbers: the same seed gives the same stream on every machine. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** Uniform in (0, 1), 32 bits (mulberry32, T. Ettinger). Never 0, so its logarithm is finite. */
  uniform(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let bits = this.#state;
    bits = Math.imul(bits ^ (bits >>> 15), bits | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return (((bits ^ (bits >>> 14)) >>> 0) + 0.5) / 2 ** 32;
  }

  /** Standard normal (Box–Muller). Always takes two uniforms, so that streams stay in step. */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(this.uniform()));
    return radius * Math.cos(2 * Math.PI * this.uniform());
  }

  /** Log-normal with this mean and coefficient of variation: s² = ln(1 + cv²), mean·exp(s·g − s²/2). */
  logNormal(mean: number, cv: number): number {
    const variance = Math.log(1 + cv * cv);
    return mean * Math.exp(Math.sqrt(variance) * this.normal() - variance / 2);
  }

  /** Speed factor of a job with relative spread `c`: exp(c·g − c²/2), mean 1. */
  speedFactor(c: number): number {
    return Math.exp(c * this.normal() - (c * c) / 2);
  }

  /** A stream of its own, for what must not disturb this one. */
  fork(): Random {
    return new Random(Math.floor(this.uniform() * 2 ** 32));
  }
}
