import type { Random } from './random.ts';

/** Quantiles of the tokens that requests read and write, at the shares of {@link shares}. */
export interface TokenTable {
  readonly context: readonly number[];
  readonly generated: readonly number[];
}

const shares = [0, 0.01, 0.05, 0.1, 0.25, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.9, 0.95, 0.99, 0.999, 1];

/** Fitted to the Azure LLM inference traces of 2023 (Azure/AzurePublicDataset, CC-BY 4.0). */
export const conversationTokens: TokenTable = {
  context: [2, 29, 181, 207, 396, 703, 1020, 1071, 1130, 1189, 1315, 2735, 4083, 4142, 6212, 14050],
  generated: [7, 16, 41, 54, 85, 103, 129, 177, 384, 395, 400, 424, 451, 601, 954, 1000],
};

/** Context and answer are drawn independently: in the traces their rank correlation is below 0.1. */
export function tokenCounts(
  table: TokenTable,
  random: Random,
): { readonly context: number; readonly generated: number } {
  return { context: fromQuantiles(table.context, random), generated: fromQuantiles(table.generated, random) };
}

/** Linear between the quantiles, in whole tokens. */
function fromQuantiles(values: readonly number[], random: Random): number {
  const share = random.uniform();
  const above = shares.findIndex((each) => each >= share);
  const [low, high] = [shares[above - 1]!, shares[above]!];
  const [from, to] = [values[above - 1]!, values[above]!];
  return Math.round(from + ((share - low) / (high - low)) * (to - from));
}
