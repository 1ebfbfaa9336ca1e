import { targetsOf, type Mapping, type Panel } from './committed.ts';
import { notHereMark } from './not-here.ts';
import { parsePromql } from './parse-promql.ts';

/**
 * Where a reader could take silence for calm. A value, "N/A here" (heard, does not report the field) and "No data"
 * (nobody was heard) are three things.
 */
export function absenceProblems(panel: Panel): readonly string[] {
  const { noValue, mappings = [] } = panel.fieldConfig?.defaults ?? {};
  return [
    ...(noValue === 'No data' ? [] : [`says “${noValue}” where nobody was heard`]),
    ...mappings.filter(captionsSilence).map((mapping) => `puts words on silence: ${JSON.stringify(mapping.options)}`),
    ...markProblems(panel, mappings),
    ...(panel.type === 'stat' ? staleProblems(panel) : []),
  ];
}

/** A mapping of null and of empty text stands for "No data"; that of a share of nothing does not. */
function captionsSilence({ type, options }: Mapping): boolean {
  return type === 'special' && !['nan', 'true', 'false'].includes(String(options['match']));
}

function markProblems(panel: Panel, mappings: readonly Mapping[]): readonly string[] {
  const marks = targetsOf(panel).map(({ expr }) => notHereMark(parsePromql(expr)));
  const worded = mappings.flatMap(({ type, options }) =>
    type === 'value' ? Object.entries(options).filter(([, result]) => textOf(result) === 'N/A here') : [],
  );
  const words = new Set(worded.map(([value]) => Number(value)));
  const marked = marks.filter((mark) => mark !== undefined);
  return [
    ...marked.filter((mark) => !words.has(mark)).map((mark) => `shows ${mark} instead of “N/A here”`),
    ...(words.size > 0 && marked.length === 0 ? ['says “N/A here” and never asks who reports'] : []),
  ];
}

/** A number over a span of time is the last that was heard, however long ago. */
function staleProblems(panel: Panel): readonly string[] {
  const past = targetsOf(panel).filter(({ instant }) => instant !== true);
  const { calcs = [] } = panel.options?.reduceOptions ?? {};
  return [
    ...past.map(({ refId }) => `#${refId} shows what was, not what is`),
    // `lastNotNull` passes over the share of nothing.
    ...(calcs.join() === 'last' ? [] : [`reduces by ${calcs.join()}`]),
  ];
}

function textOf(result: unknown): unknown {
  return typeof result === 'object' && result !== null && 'text' in result ? result.text : undefined;
}
