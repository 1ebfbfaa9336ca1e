import { describe, expect, it } from 'vitest';
import { families, type FamilyName } from '#libs/observability';
import { annotationExpressions, panelExpressions, ruleExpressions } from './expressions.ts';
import { parsePromql } from './parse-promql.ts';
import { selectorsOf } from './promql-parts.ts';
import { seriesOf } from './series.ts';
import { unusedFamilies } from './unused-families.ts';

const used = new Set(
  [...panelExpressions, ...annotationExpressions, ...ruleExpressions]
    .flatMap(({ expr }) => selectorsOf(parsePromql(expr)))
    .map(({ selector }) => seriesOf(selector.metric))
    .flatMap((series) => (series?.kind === 'family' ? [series.name] : [])),
);
const names = Object.keys(families) as readonly FamilyName[];

describe('every family of the catalogue', () => {
  it('is on a panel, in an annotation or in a rule, or its reason not to be was reviewed', () => {
    expect(names.filter((name) => !used.has(name) && !(name in unusedFamilies))).toEqual([]);
  });

  it('that was reviewed as unused is', () => {
    expect(Object.keys(unusedFamilies).filter((name) => used.has(name as FamilyName) || !(name in families))).toEqual(
      [],
    );
  });
});
