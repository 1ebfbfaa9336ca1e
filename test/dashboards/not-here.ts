import type { Expression } from './promql.ts';
import { partsOf, selectorsOf } from './promql-parts.ts';

/** `… or (telemetry_field_available == 0) + -1`: the right side marks who is heard and does not report the field. */
export function notHereMark(expression: Expression): number | undefined {
  return partsOf(expression)
    .flatMap(({ expression }) =>
      expression.kind === 'binary' && expression.operator === 'or' ? [expression.right] : [],
    )
    .map(markOf)
    .find((mark) => mark !== undefined);
}

/** The number added to the fields that are not there; undefined of any other expression. */
export function markOf(expression: Expression): number | undefined {
  const [first, ...others] = selectorsOf(expression);
  if (first?.selector.metric !== 'flyball_telemetry_field_available' || others.length > 0) return undefined;
  return partsOf(expression)
    .flatMap(({ expression }) =>
      expression.kind === 'binary' && expression.operator === '+' ? [expression.right] : [],
    )
    .map((right) => (right.kind === 'number' ? right.value : undefined))
    .find((mark) => mark !== undefined);
}
