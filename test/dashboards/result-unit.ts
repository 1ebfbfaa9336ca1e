import { recorded } from '../../libs/dashboards/recorded.ts';
import type { FamilyUnit } from '../../libs/observability/family.ts';
import { parsePromql } from './parse-promql.ts';
import type { Binary, Call, Expression } from './promql.ts';
import { markOf } from './not-here.ts';
import { selectorsOf } from './promql-parts.ts';
import { seriesOf } from './series.ts';

/** What the numbers of an expression mean. `multiple`: a share over a number, times of a budget. */
export type ResultUnit = Exclude<FamilyUnit, 'jobs' | 'count' | 'none'> | 'amount' | 'per-second' | 'multiple';

/** @throws {Error} where nothing sensible comes out, such as the rate of a share */
export function resultUnit(expression: Expression): ResultUnit {
  switch (expression.kind) {
    case 'number':
      return 'amount';
    case 'selector':
      // Jobs over the jobs that a worker holds: workers, and no share.
      return expression.metric === recorded.desiredReplicas ? 'amount' : selectorUnit(expression.metric);
    case 'over':
      return resultUnit(expression.body);
    case 'aggregation':
      return expression.name === 'count' ? 'amount' : resultUnit(last(expression.parts));
    case 'call':
      return callUnit(expression);
    case 'binary':
      return binaryUnit(expression);
  }
}

function selectorUnit(metric: string): ResultUnit {
  const series = seriesOf(metric);
  if (series === undefined) throw new Error(`${metric} is no series`);
  switch (series.kind) {
    case 'recorded':
      return resultUnit(parsePromql(series.rule));
    case 'foreign':
      return amountOr(series.foreign.unit);
    case 'family':
      return series.part === '_bucket' || series.part === '_count' ? 'amount' : amountOr(series.family.unit);
  }
}

function amountOr(unit: FamilyUnit): ResultUnit {
  return unit === 'jobs' || unit === 'count' || unit === 'none' ? 'amount' : unit;
}

const rates: Partial<Record<ResultUnit, ResultUnit>> = { amount: 'per-second', seconds: 'ratio', joules: 'watts' };

function callUnit({ name, parts }: Call): ResultUnit {
  switch (name) {
    case 'time':
      return 'timestamp';
    case 'absent':
    case 'changes':
      return 'amount';
    case 'histogram_quantile':
      return observedUnit(last(parts));
    case 'rate': {
      const unit = resultUnit(last(parts));
      const rate = rates[unit];
      if (rate === undefined) throw new Error(`a rate of ${unit} says nothing`);
      return rate;
    }
    case 'clamp_min':
      return resultUnit(parts[0] ?? last(parts));
    default:
      return resultUnit(last(parts));
  }
}

function observedUnit(buckets: Expression): ResultUnit {
  const [found] = selectorsOf(buckets);
  const series = found === undefined ? undefined : seriesOf(found.selector.metric);
  if (series?.kind !== 'family') throw new Error('a quantile of what is no histogram');
  return amountOr(series.family.unit);
}

function binaryUnit({ operator, left, right, bool }: Binary): ResultUnit {
  if (bool) return 'amount';
  const [one, other] = [resultUnit(left), resultUnit(right)];
  switch (operator) {
    case '/':
      if (one === other && right.kind !== 'number') return 'ratio';
      return one === 'ratio' && other === 'amount' ? 'multiple' : onlyAmount(other, one);
    case '*':
      return one === 'amount' ? other : onlyAmount(other, one);
    case '-':
    case '+':
      if (one === 'timestamp' && other === 'timestamp') return 'seconds';
      return left.kind === 'number' ? other : right.kind === 'number' ? one : same(one, other);
    case 'or':
      return markOf(right) === undefined ? same(one, other) : one;
    default:
      return one;
  }
}

function onlyAmount(unit: ResultUnit, answer: ResultUnit): ResultUnit {
  if (unit !== 'amount') throw new Error(`${answer} and ${unit} make no unit that a panel has`);
  return answer;
}

function same(one: ResultUnit, other: ResultUnit): ResultUnit {
  if (one !== other) throw new Error(`${one} and ${other} are not the same thing`);
  return one;
}

function last(parts: readonly Expression[]): Expression {
  const part = parts.at(-1);
  if (part === undefined) throw new Error('a function of nothing');
  return part;
}
