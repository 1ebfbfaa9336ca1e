import { escaped } from './markup.ts';
import type { Series } from './series.ts';

const kindWords = {
  ours: 'Flyball',
  candidate: 'candidates',
  'peer+guard': 'peers behind our guard',
  peer: 'peers',
  fixed: 'fixed limits',
} as const;

/** Who is drawn how; a box for each, which shows and hides it in all charts. */
export function legend(series: readonly Series[]): string {
  const kinds = [...new Set(series.map(({ kind }) => kind))];
  const groups = kinds.map((kind) => {
    const boxes = series.filter((each) => each.kind === kind).map(box);
    return `<fieldset><legend>${kindWords[kind]}</legend>${boxes.join('')}</fieldset>`;
  });
  return `<form class="legend" aria-label="What the charts show">${groups.join('')}</form>`;
}

function box({ id, subject, colour, kind, shown }: Series): string {
  const line = `<svg viewBox="0 0 24 8" aria-hidden="true"><g class="curve k-${kind.replace('+', '-')}" style="--c:var(--c${colour})"><path d="M1 4H23"/></g></svg>`;
  return `<label for="${id}"><input type="checkbox" id="${id}"${shown ? ' checked' : ''}>${line}${escaped(subject)}</label>`;
}

/** Hides what is not chosen, and dims all else while a name is pointed at. No script is needed. */
export function legendStyle(series: readonly Series[]): string {
  return series
    .map(
      ({ id }) =>
        `body:has(#${id}:not(:checked)) .curve.${id}{display:none}` +
        `body:has(label[for=${id}]:hover) :not(label) > svg .curve:not(.${id}){opacity:.12}`,
    )
    .join('\n');
}
