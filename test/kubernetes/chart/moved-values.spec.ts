import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { chartValues } from '#libs/chart';
import { chart, hasHelm, refusal, renderText, type RenderOptions } from './helm.ts';
import { movedValues, type Move, type Surroundings } from './moved-values.ts';

const paths = chartValues(readFileSync(`${chart}/values.yaml`, 'utf8')).map(({ path }) => path);
const rows = movedValues.flatMap((around) =>
  Object.entries(around.moves).map(([path, move]) => ({ path, about: around.about, around, move })),
);
/** Whose objects a value of one component changes. The pod of the test is placed as the gateway is. */
const reach: Readonly<Record<string, readonly string[]>> = {
  worker: ['worker'],
  gateway: ['gateway', 'test'],
  // One promise, which both keep.
  'worker.latencyTarget': ['worker', 'gateway'],
  // The least that a pod can do is in the rules.
  'worker.concurrency.min': ['worker', 'rules'],
};

describe('the moved values', () => {
  it('are all values of the chart, and no others', () => {
    expect([...new Set(rows.map(({ path }) => path))].toSorted()).toEqual(paths.toSorted());
  });
});

describe.skipIf(!hasHelm)('a value that is moved (skipped without helm)', () => {
  const renderAround = renderedOnce();

  it.each(rows)('changes what is rendered: $path, $about', ({ path, around, move }) => {
    const before = renderAround(around, move);
    const after = documentsOf({
      ...optionsOf(around),
      values: withValue(around.values ?? {}, path.split('.'), move.to),
    });
    expect(after).not.toEqual(before);
    expect(broken(path, move, changesOf(before, after))).toEqual([]);
  });
});

interface Changes {
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** The objects that are not in both. */
function changesOf(before: readonly string[], after: readonly string[]): Changes {
  const earlier = new Set(before);
  const later = new Set(after);
  return { before: [...earlier.difference(later)], after: [...later.difference(earlier)] };
}

/** What a move promises and these changes do not keep. */
function broken(path: string, { shows = [], hides = [], allows }: Move, changes: Changes): readonly string[] {
  const before = changes.before.join('\n');
  const after = changes.after.join('\n');
  const isNew = (text: string): boolean => after.includes(text) && !before.includes(text);
  const isGone = (text: string): boolean => before.includes(text) && !after.includes(text);

  const components = reach[path] ?? reach[path.split('.')[0] ?? ''];
  const changed = new Set([...changes.before, ...changes.after].map(componentOf));
  // Where nothing was rendered before, all of it is new.
  const elsewhere = components === undefined || allows !== undefined ? [] : changed.difference(new Set(components));
  return [
    ...[shows].flat().flatMap((text) => (isNew(text) ? [] : [`${text} is not new in ${after}`])),
    ...[hides].flat().flatMap((text) => (isGone(text) ? [] : [`${text} is not gone from ${before}`])),
    ...[...elsewhere].map((component) => `${component} changes too`),
  ];
}

/** The objects without the moved value; none where a guard refuses them. */
function renderedOnce(): (around: Surroundings, move: Move) => readonly string[] {
  const rendered = new Map<Surroundings, readonly string[]>();
  return (around, { allows }) => {
    if (allows !== undefined) {
      expect(refusal(optionsOf(around))).toContain(`[${allows}]`);
      return [];
    }
    const documents = rendered.get(around) ?? documentsOf(optionsOf(around));
    rendered.set(around, documents);
    return documents;
  };
}

function optionsOf({ ci = 'minimal', values = {} }: Surroundings): RenderOptions {
  return { ci, values };
}

type Values = Readonly<Record<string, unknown>>;

function withValue(values: Values, [key = '', ...rest]: readonly string[], to: unknown): Values {
  return { ...values, [key]: rest.length === 0 ? to : withValue((values[key] ?? {}) as Values, rest, to) };
}

/** Each object in one line, without Helm's comments. */
function documentsOf(options: RenderOptions): readonly string[] {
  const documents = renderText(options).split(/^---$/m);
  return documents.map((text) => text.replaceAll(/^#.*$/gm, '').replaceAll(/\s+/g, ' '));
}

function componentOf(document: string): string {
  return /app\.kubernetes\.io\/component: (\w+)/.exec(document)?.[1] ?? 'what has no component';
}
