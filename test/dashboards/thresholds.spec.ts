import { describe, expect, it } from 'vitest';
import { panels, type FieldDefaults, type Panel } from './committed.ts';
import { disorderedThresholds, strayThresholds } from './thresholds.ts';

describe('every threshold of a panel', () => {
  it('is a constant of the objectives, so that an alert fires on the number that is drawn', () => {
    const stray = panels.map(({ name, panel }) => ({ name, values: strayThresholds(panel) }));
    expect(stray.filter(({ values }) => values.length > 0)).toEqual([]);
  });

  it('rises from one to the next', () => {
    expect(panels.filter(({ panel }) => disorderedThresholds(panel)).map(({ name }) => name)).toEqual([]);
  });

  it('is coloured by name, which Grafana draws for its dark and its light theme', () => {
    const texts = panels.map(({ panel }) => JSON.stringify(panel)).join('\n');
    expect([...texts.matchAll(/"color":"(#\w+|rgb[^"]*)"/g)].map(([whole]) => whole)).toEqual([]);
  });
});

describe('a number of its own', () => {
  it.each([
    [[null, 0.98], [0.98]],
    [[null, 0.99], []],
    [[null, 6, 14.4], []],
    [[null, 0.00333333], [0.00333333]],
    [[null, 2], [2]],
  ])('in %j: %j', (values, stray) => {
    expect(strayThresholds(turning(values))).toEqual(stray);
  });

  it('is a count that the panel does not count in the window of its mark', () => {
    const counting = (window: string): Panel => ({
      ...turning([null, 2]),
      targets: [
        {
          refId: 'A',
          expr: `sum(increase(flyball_out_of_memory_total[${window}]))`,
          datasource: { type: 'prometheus', uid: '${datasource}' },
        },
      ],
    });
    expect(strayThresholds(counting('10m'))).toEqual([]);
    expect(strayThresholds(counting('1h'))).toEqual([2]);
    expect(strayThresholds(counting('$__rate_interval'))).toEqual([2]);
  });

  it.each([
    [[null, 14.4, 6], true],
    [[6, 14.4], true],
    [[null, 6, 14.4], false],
    [[], false],
  ])('out of order in %j: %j', (values, disordered) => {
    expect(disorderedThresholds(turning(values))).toBe(disordered);
  });
});

function turning(values: readonly (number | null)[]): Panel {
  const defaults: FieldDefaults = { thresholds: { steps: values.map((value) => ({ value, color: 'red' })) } };
  return { type: 'stat', gridPos: { x: 0, y: 0, w: 4, h: 4 }, fieldConfig: { defaults } };
}
