import { linksOf, targetsOf, type Panel, type Target } from './committed.ts';
import { parsePromql } from './parse-promql.ts';
import { selectorsOf } from './promql-parts.ts';
import { seriesOf } from './series.ts';

/** Where a latency panel has no way from a slow point to its trace, or asks for exemplars that nobody sends. */
export function exemplarProblems(panel: Panel): readonly string[] {
  const targets = targetsOf(panel);
  const leads = linksOf(panel).some(({ url }) => url.includes('${tempo}'));
  const carrying = targets.filter(carriesExemplars);
  const wrong = targets.flatMap((target) => {
    if (carriesExemplars(target)) return target.exemplar === true ? [] : [`#${target.refId} leaves exemplars out`];
    return target.exemplar === true ? [`#${target.refId} asks for exemplars that its family has not`] : [];
  });
  return [...wrong, ...(carrying.length > 0 && !leads ? ['has no link to traces'] : [])];
}

/** A graph of the buckets of a family with exemplars; a number of now has no points to hang them on. */
export function carriesExemplars({ expr, instant }: Target): boolean {
  if (instant === true) return false;
  return selectorsOf(parsePromql(expr)).some(({ selector }) => {
    const series = seriesOf(selector.metric);
    return series?.kind === 'family' && series.part === '_bucket' && series.family.exemplars === true;
  });
}
