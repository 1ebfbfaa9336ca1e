import { describe, expect, it } from 'vitest';
import { families, logEvents } from '#libs/observability';
import { dashboards, panels, type Panel } from './committed.ts';
import { deadReferences, textProblems } from './panel-text.ts';

const panelTitles = dashboards.flatMap(({ panels, annotations }) => [
  ...panels.map(({ title = '' }) => title),
  ...annotations.list.map(({ name }) => name),
]);
/** A description may quote a value that the graph shows. */
const labelValues = new Set(
  Object.values(families).flatMap(({ labels }) => Object.values(labels).flatMap((values) => [...values])),
);

describe('every panel', () => {
  it('has title, unit, what it shows and what to do first', () => {
    expect(panels.flatMap(({ name, panel }) => textProblems(panel).map((problem) => `${name} ${problem}`))).toEqual([]);
  });

  it('points only to panels that there are', () => {
    const known = { titles: panelTitles, words: labelValues };
    expect(panels.flatMap(({ name, panel }) => deadReferences(panel, known).map((each) => `${name} ${each}`))).toEqual(
      [],
    );
  });

  it('names only log events that there are', () => {
    const named = panels.flatMap(({ name, panel: { description = '' } }) =>
      [...description.matchAll(/\b(?:log lines?|with event|in the log as) ([a-z]+(?:-[a-z]+)+)/g)].map(
        ([, event = '']) => ({ name, event }),
      ),
    );
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter(({ event }) => !(event in logEvents))).toEqual([]);
  });

  it('types no command that starts the handler a second time', () => {
    const typing = panels.filter(({ panel }) => /(?<!HANDLER= )flyball doctor/.test(panel.description ?? ''));
    expect(typing.map(({ name }) => name)).toEqual([]);
  });

  it('knows that bounds move the limit, and that the guard holds back jobs and never the limit', () => {
    const blaming = panels.filter(({ panel }) => /bounds? (?:and|or) (?:the )?guard/.test(panel.description ?? ''));
    expect(blaming.map(({ name }) => name)).toEqual([]);
  });

  it('by which one finds the worker that fails shows every outcome', () => {
    const { panel } = panels.find(({ name }) => name === 'flyball-fleet › Attempts ended by worker') ?? {};
    expect(panel?.targets).toMatchObject([
      { expr: expect.not.stringContaining('outcome=') as string, legendFormat: '{{outcome}} {{instance}} {{queue}}' },
    ]);
  });

  it('is the only one of its title on its dashboard', () => {
    const names = panels.map(({ name }) => name);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });
});

describe('what is said of a panel that says too little', () => {
  const good: Panel = {
    type: 'stat',
    title: 'Limit',
    description: 'Jobs at once.\n\nIf low: see “Reasons”.',
    gridPos: { x: 0, y: 0, w: 4, h: 4 },
    fieldConfig: { defaults: { unit: 'none' } },
  };

  it('is nothing of a good one', () => {
    expect(textProblems(good)).toEqual([]);
  });

  it.each([
    [{ title: ' ' }, 'has no title'],
    [{ fieldConfig: { defaults: {} } }, 'has no unit'],
    [{ description: 'If low: look.' }, 'does not say what it shows, in a sentence'],
    [{ description: 'Jobs at once.' }, 'does not end with what to do: "If high: …" or "If low: …"'],
    [
      { description: 'Jobs.\n\nIf low: look.\n\nAnd more.' },
      'does not end with what to do: "If high: …" or "If low: …"',
    ],
  ])('is what is missing: %j', (change, problem) => {
    expect(textProblems({ ...good, ...change })).toContain(problem);
  });

  it('is the title that it points to and that nobody has', () => {
    expect(deadReferences(good, { titles: ['Limit'], words: new Set() })).toEqual([
      'points to “Reasons”, which is no panel',
    ]);
  });
});
