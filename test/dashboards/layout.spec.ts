import { describe, expect, it } from 'vitest';
import { dashboards, type GridPosition, type Panel } from './committed.ts';
import { layoutProblems } from './layout.ts';

const rowsOf: Readonly<Record<string, readonly string[]>> = {
  'flyball-overview': [
    'Golden signals',
    'Why is the limit what it is',
    'Queue, leases, outbox',
    'Handler, gateway, process',
  ],
  'flyball-strategy': ['What it decides', 'The loop around it'],
  'flyball-gpu': ['GPU per device', 'MIG', 'Model server', 'Telemetry health'],
  'flyball-fleet': ['Demand and capacity', 'Workers'],
};

/** Lines of the grid on a screen of 1280 × 800. */
const firstScreen = 21;

describe.each(dashboards)('$uid', ({ uid, panels, graphTooltip }) => {
  it('has its rows in the order of its questions', () => {
    const rows = panels.filter(({ type }) => type === 'row').map(({ title }) => title);
    expect(rows).toEqual(rowsOf[uid]);
  });

  it('has no panel over another, none over the edge, and no gap in a line', () => {
    expect(layoutProblems(panels)).toEqual([]);
  });

  it('shows the same moment on all graphs under the pointer', () => {
    // 1: a shared crosshair.
    expect(graphTooltip).toBe(1);
  });
});

describe('the first screen of the overview', () => {
  it('answers whether it is well, and why the limit is what it is', () => {
    const overview = dashboards.find(({ uid }) => uid === 'flyball-overview');
    const seen = (overview?.panels ?? [])
      .filter(({ gridPos: { y, h } }) => y + h <= firstScreen)
      .map(({ title }) => title);
    expect(seen).toEqual(
      expect.arrayContaining([
        'Jobs that succeed',
        'Held by',
        'Limit, wanted and in flight',
        'Signal pressure, highest first',
      ]),
    );
  });
});

describe('what is said of a layout', () => {
  const full = { x: 0, y: 0, w: 24, h: 1 };

  it.each<[readonly GridPosition[], readonly string[]]>([
    [[full, { x: 0, y: 1, w: 12, h: 7 }, { x: 12, y: 1, w: 12, h: 7 }], []],
    [
      [full, { x: 20, y: 1, w: 6, h: 7 }],
      ['“1” does not fit into 24 columns', 'line 1 is 6 wide'],
    ],
    [[full, { x: 0, y: 0, w: 6, h: 7 }], ['“0” lies over “1”']],
    [[full, { x: 0, y: 1, w: 16, h: 7 }], ['line 1 is 16 wide']],
  ])('%j', (positions, problems) => {
    const panels = positions.map((gridPos, index): Panel => ({ type: 'stat', title: String(index), gridPos }));
    expect(layoutProblems(panels)).toEqual(problems);
  });
});
