import { targetsOf, type Panel, type Target } from './committed.ts';
import { parsePromql } from './parse-promql.ts';
import { resultUnit, type ResultUnit } from './result-unit.ts';

/** Grafana's names of the units in which a number of ours may be drawn. */
const drawnAs: Readonly<Record<ResultUnit, readonly string[]>> = {
  seconds: ['s'],
  bytes: ['bytes'],
  ratio: ['percentunit'],
  multiple: ['none'],
  amount: ['none', 'short'],
  // And what says of what: `count:jobs/s`.
  'per-second': ['ops', 'reqps'],
  watts: ['watt'],
  joules: ['joule'],
  celsius: ['celsius'],
  hertz: ['hertz'],
  timestamp: [],
};

/** Where a panel draws numbers in a unit that they do not have, or shares that do not begin at 0. */
export function unitProblems(panel: Panel): readonly string[] {
  const { unit, min, max } = panel.fieldConfig?.defaults ?? {};
  const problems = targetsOf(panel).flatMap((target, index) => {
    const shown = panel.type === 'table' ? columnUnit(panel, index) : unit;
    return shown === undefined ? [] : targetProblems(target, shown);
  });
  const isShare = unit === 'percentunit' && panel.type !== 'table';
  if (isShare && min !== 0) problems.push('draws shares, and its axis does not begin at 0');
  if (isShare && max !== undefined && max !== 1) problems.push(`draws shares up to ${max}`);
  return problems;
}

function targetProblems({ refId, expr }: Target, shown: string): readonly string[] {
  try {
    const unit = resultUnit(parsePromql(expr));
    return drawnAs[unit].includes(shown) || (unit === 'per-second' && /^count:[a-z]+\/s$/.test(shown))
      ? []
      : [`#${refId} is ${unit} and drawn as ${shown}`];
  } catch (error) {
    return [`#${refId}: ${String(error)}`];
  }
}

/** Undefined where only the labels of the query are shown. */
function columnUnit({ targets = [], transformations = [], fieldConfig }: Panel, index: number): string | undefined {
  const value = targets.length === 1 ? 'Value' : `Value #${targets[index]?.refId}`;
  const options = transformations.find(({ id }) => id === 'organize')?.options;
  const hidden = (options?.['excludeByName'] ?? {}) as Readonly<Record<string, boolean>>;
  const renamed = (options?.['renameByName'] ?? {}) as Readonly<Record<string, string>>;
  if (hidden[value] === true) return undefined;
  const own = (fieldConfig?.overrides ?? []).find(({ matcher }) => matcher.options === (renamed[value] ?? value));
  const unit = own?.properties.find(({ id }) => id === 'unit')?.value;
  return typeof unit === 'string' ? unit : fieldConfig?.defaults.unit;
}
