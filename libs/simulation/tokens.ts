import type { Random } from './random.ts';

/** What one LLM request reads and writes. */
export interface Tokens {
  readonly context: number;
  readonly generated: number;
}

/** The tokens of the next request. */
export type TokenSource = (random: Random) => Tokens;

/**
 * Quantiles of the tokens that requests read and write, at the shares of {@link shares}. How much is written may depend on
 * how much was read: each row of `generated` holds for contexts below its `below`.
 */
export interface TokenTable {
  readonly context: readonly number[];
  readonly generated: readonly { readonly below: number; readonly quantiles: readonly number[] }[];
}

const shares = [0, 0.01, 0.05, 0.1, 0.25, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.9, 0.95, 0.99, 0.999, 1];

/**
 * Both tables are fitted to the Azure LLM inference traces of 2023 (Azure/AzurePublicDataset, CC-BY 4.0).
 *
 * In conversations the rank correlation of the two is below 0.1, yet they are not independent: contexts near 1000 bring
 * answers of 400, shorter and longer ones answers of 100. Drawn apart, long caches would stay far too long.
 */
export const conversationTokens: TokenTable = {
  context: [2, 29, 181, 207, 396, 703, 1020, 1071, 1130, 1189, 1315, 2735, 4083, 4142, 6212, 14050],
  generated: [
    { below: 800, quantiles: [7, 12, 32, 59, 82, 92, 98, 107, 122, 134, 150, 182, 217, 381, 556, 1000] },
    { below: 1300, quantiles: [26, 45, 85, 365, 391, 397, 403, 411, 420, 427, 430, 478, 550, 652, 992, 1000] },
    { below: 1500, quantiles: [26, 41, 55, 72, 125, 150, 162, 178, 196, 202, 210, 251, 396, 490, 915, 918] },
    { below: Infinity, quantiles: [15, 27, 33, 38, 49, 61, 71, 82, 95, 103, 111, 137, 157, 232, 594, 757] },
  ],
};

export const codeTokens: TokenTable = {
  context: [3, 17, 75, 147, 578, 1075, 1469, 1909, 2433, 2745, 3193, 5194, 7315, 7436, 7437, 7437],
  generated: [{ below: Infinity, quantiles: [6, 6, 6, 7, 9, 11, 13, 16, 20, 24, 29, 55, 90, 252, 831, 1899] }],
};

export function tokensFrom(table: TokenTable): TokenSource {
  return (random) => {
    const context = fromQuantiles(table.context, random);
    const { quantiles } = table.generated.find(({ below }) => context < below)!;
    return { context, generated: fromQuantiles(quantiles, random) };
  };
}

/** Linear between the quantiles, in whole tokens. */
function fromQuantiles(values: readonly number[], random: Random): number {
  const share = random.uniform();
  const above = shares.findIndex((each) => each >= share);
  const [low, high] = [shares[above - 1]!, shares[above]!];
  const [from, to] = [values[above - 1]!, values[above]!];
  return Math.round(from + ((share - low) / (high - low)) * (to - from));
}
