/** The last 50 pairs. */
export class Correlation {
  #pairs: { readonly x: number; readonly y: number }[] = [];

  /**
   * r: Pearson's; 0 with fewer than 10 pairs, or where x or y varies by less than 1 % of its mean.
   * variation: y's standard deviation over its mean.
   */
  add(x: number, y: number): { readonly r: number; readonly variation: number } {
    this.#pairs = [...this.#pairs, { x, y }].slice(-50);
    const xs = moments(this.#pairs.map((pair) => pair.x));
    const ys = moments(this.#pairs.map((pair) => pair.y));
    const variation = ys.deviation / ys.mean;
    const unclear = this.#pairs.length < 10 || xs.deviation < 0.01 * xs.mean || variation < 0.01;
    if (unclear) return { r: 0, variation };
    const products = moments(this.#pairs.map((pair) => pair.x * pair.y));
    return { r: (products.mean - xs.mean * ys.mean) / (xs.deviation * ys.deviation), variation };
  }
}

function moments(values: readonly number[]): { readonly mean: number; readonly deviation: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, deviation: Math.sqrt(variance) };
}
