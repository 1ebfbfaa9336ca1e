import { describe, expect, it } from 'vitest';
import { Random } from './random.ts';
import { codeTokens, conversationTokens, tokensFrom, type TokenTable, type Tokens } from './tokens.ts';

function drawn(table: TokenTable): readonly Tokens[] {
  const random = new Random(1);
  const tokens = tokensFrom(table);
  return Array.from({ length: 20_000 }, () => tokens(random));
}

function mean(tokens: readonly Tokens[], of: (each: Tokens) => number): number {
  return tokens.reduce((sum, each) => sum + of(each), 0) / tokens.length;
}

describe('tokensFrom', () => {
  it.each([
    ['conversations', conversationTokens, 1155, 211],
    ['code', codeTokens, 2048, 28],
  ])('reads and writes in %s what the trace does on average, in whole tokens', (_name, table, context, generated) => {
    const tokens = drawn(table);
    expect(Math.abs(mean(tokens, (each) => each.context) / context - 1)).toBeLessThan(0.03);
    expect(Math.abs(mean(tokens, (each) => each.generated) / generated - 1)).toBeLessThan(0.1);
    expect(tokens.every((each) => Number.isInteger(each.context) && Number.isInteger(each.generated))).toBe(true);
  });

  it('writes little after the longest contexts of conversations: their caches leave soon', () => {
    const long = drawn(conversationTokens).filter(({ context }) => context > 1500);
    expect(long.length).toBeGreaterThan(2000);
    expect(mean(long, ({ generated }) => generated)).toBeLessThan(100);
  });
});
