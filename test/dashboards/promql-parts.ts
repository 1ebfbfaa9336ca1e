import type { Expression, Selector } from './promql.ts';

/** A part of an expression with what stands around it, the nearest first. */
export interface Part {
  readonly expression: Expression;
  readonly around: readonly Expression[];
}

/** The expression and everything in it. */
export function partsOf(expression: Expression, around: readonly Expression[] = []): readonly Part[] {
  const inside = innerOf(expression).flatMap((inner) => partsOf(inner, [expression, ...around]));
  return [{ expression, around }, ...inside];
}

export interface PlacedSelector {
  readonly selector: Selector;
  readonly around: readonly Expression[];
}

export function selectorsOf(expression: Expression): readonly PlacedSelector[] {
  return partsOf(expression).flatMap(({ expression, around }) =>
    expression.kind === 'selector' ? [{ selector: expression, around }] : [],
  );
}

/** `rate`, `sum`: the name of a function or an aggregation. */
export function functionName(expression: Expression | undefined): string | undefined {
  return expression?.kind === 'call' || expression?.kind === 'aggregation' ? expression.name : undefined;
}

function innerOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'number':
    case 'selector':
      return [];
    case 'over':
      return [expression.body];
    case 'call':
    case 'aggregation':
      return expression.parts;
    case 'binary':
      return [expression.left, expression.right];
  }
}
