import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { boundBits, reasons } from '#libs/core';
import { alerts, releaseTokens, scalingAlerts } from '#libs/dashboards';
import { factors, families, logEvents } from '#libs/observability';
import { runbookAnchor, runbookPath } from '../libs/dashboards/links.ts';

/** Headings of the alerts' form that panels link to, and for which nobody is woken. */
const signs = ['Periods late', 'Flapping', 'Event loop blocked', 'Probe restarting', 'Probe stuck'];

const text = readFileSync(runbookPath, 'utf8');
const sections = sectionsOf(text);
const headings = sections.map(({ heading }) => heading);
const anchors = headings.map(anchorOf);

/** Those of a release of the chart too, with the words that the runbook has for its names. */
const all = [
  ...alerts(),
  ...scalingAlerts({ ...releaseTokens, labels: { namespace: 'NAMESPACE', release: 'RELEASE' } }),
];

const names = {
  alert: all.map(({ name }) => name),
  sign: signs,
  reason: reasons,
  factor: factors,
  bound: boundBits.filter((bit) => bit !== 'none'),
};

describe('the headings', () => {
  it.each(Object.entries(names))('are there for every %s, at the anchor that links have', (_, wanted) => {
    expect(wanted.filter((name) => !headings.includes(name) || `#${anchorOf(name)}` !== runbookAnchor(name))).toEqual(
      [],
    );
  });

  it('have anchors of their own: GitHub would number a second one', () => {
    expect(anchors.filter((anchor, index) => anchors.indexOf(anchor) !== index)).toEqual([]);
  });

  it('name no alert that there is not, and no sign that has become an alert or has lost its panel', () => {
    const known: readonly string[] = [...names.alert, ...signs];
    expect(headings.filter((heading) => /^Flyball[A-Z]/.test(heading) && !known.includes(heading))).toEqual([]);
    expect(signs.filter((sign) => (names.alert as readonly string[]).includes(sign))).toEqual([]);
    expect(signs.filter((sign) => !linkedFromPanels().includes(runbookAnchor(sign)))).toEqual([]);
  });
});

describe('every link into the runbook', () => {
  it('of a panel resolves', () => {
    const links = linkedFromPanels();
    expect(links.length).toBeGreaterThan(signs.length);
    expect(unresolved(links)).toEqual([]);
  });

  it('of an alert resolves', () => {
    const files = ['dashboards/rules/alerts.yaml', 'helm/flyball/rules/release.yaml'];
    const rules = files.map((path) => readFileSync(path, 'utf8')).join('\n');
    const links = [...rules.matchAll(/runbook_url: "?([^\s#]+)(#\w+)/g)];
    expect(links.map(([, path]) => path)).toEqual(all.map(() => runbookPath));
    expect(unresolved(links.map(([, , anchor = '']) => anchor))).toEqual([]);
  });

  it('of its own resolves', () => {
    expect(unresolved([...text.matchAll(/\]\((#[^)]+)\)/g)].map(([, anchor = '']) => anchor))).toEqual([]);
  });
});

describe('a section', () => {
  const bodyOf = (name: string): string => sections.find(({ heading }) => heading === name)?.body ?? '';

  it.each([...names.alert, ...signs])('of %s says what it means, what to type first, and how it is mended', (name) => {
    expect(bodyOf(name)).toMatch(
      /^\n\*\*What it means\.\*\* \S[^]*\n\*\*First\.\*\*\n\n```sh\n\S[^]*\n```\n\n\*\*Fix\.\*\*\s+\S/,
    );
  });

  it.each(all)('of $name types first what the alert itself says', ({ name, first }) => {
    const typed = codeOf(bodyOf(name))
      .split('\n')
      .map((line) => line.replace(/ +# .*$/, ''));
    expect(typed).toContain(commandOf(first));
  });

  it('of a reason, factor or bound has something to say', () => {
    const said = [...names.reason, ...names.factor, ...names.bound].map((name) => [name, bodyOf(name).trim()] as const);
    expect(said.filter(([, body]) => !/^[A-Z`][^]{40,}[.)]$/.test(body))).toEqual([]);
  });
});

describe('what there is to type and to look for', () => {
  const commandLine = readFileSync('apps/cli/run.ts', 'utf8');
  const typed = [codeOf(text), ...inlineCode(text)]
    .flatMap((code) => code.split('\n'))
    .filter((line) => /^(?:[A-Z_]+=\S* )*flyball /.test(line))
    .map((line) => line.replace(/^(?:[A-Z_]+=\S* )*flyball /, '').replace(/ #.*$/, ''));

  it('are commands and options that the command line knows', () => {
    const commands = [...commandLine.matchAll(/case '([a-z]+)':/g)].map(([, command]) => command);
    expect(typed.length).toBeGreaterThan(all.length / 2);
    expect(typed.map((line) => line.split(' ')[0]).filter((command) => !commands.includes(command))).toEqual([]);
    const options = typed.flatMap((line) => line.match(/(?<= )--[a-z-]+/g) ?? []);
    expect(options.filter((option) => !commandLine.includes(option))).toEqual([]);
  });

  it('are commands that start no second handler on the GPU of the first', () => {
    const doctors = [codeOf(text), ...inlineCode(text), ...all.map(({ first }) => first)]
      .flatMap((code) => code.split('\n'))
      .filter((line) => /\bflyball doctor(?! \S*\.py)\b/.test(line) && line !== 'flyball doctor');
    expect(doctors.length).toBeGreaterThan(3);
    expect(doctors.filter((line) => !line.startsWith('HANDLER= flyball doctor'))).toEqual([]);
  });

  it('are settings that there are', () => {
    const known = [...readFileSync('docs/settings.md', 'utf8').matchAll(/^\| `([A-Z_]+)`/gm)].map(([, name]) => name);
    const prefixes = new Set(known.map((name) => name?.split('_')[0]));
    const named = [...text.matchAll(/\b([A-Z]+)(?:_[A-Z]+)+\b/g)].filter(([, prefix]) => prefixes.has(prefix));
    expect(named.length).toBeGreaterThan(0);
    expect(named.map(([name]) => name).filter((name) => !known.includes(name))).toEqual([]);
  });

  it('are log events and metrics that there are', () => {
    const events = [...text.replaceAll(/\s+/g, ' ').matchAll(/log events? `?([a-z-]+)`?(?: and `?([a-z-]+)`?)?/g)]
      .flatMap(([, first, second]) => [first, second])
      .filter((event) => event !== undefined);
    expect(events.length).toBeGreaterThan(0);
    expect(events.filter((event) => !(event in logEvents))).toEqual([]);
    const metrics = Object.keys(families).map((family) => `flyball_${family}`);
    const named = text.match(/flyball_[a-z_]*/g) ?? [];
    expect(named.filter((name) => !metrics.some((metric) => metric.startsWith(name)))).toEqual([]);
  });
});

function sectionsOf(markdown: string): readonly { readonly heading: string; readonly body: string }[] {
  // A `#` inside a block of code is a comment of the shell.
  const blocks = markdown.split(/^(```.*\n[^]*?^```\n)/m);
  const marked = blocks
    .map((block, index) => (index % 2 === 0 ? block.replaceAll(/^#{1,6} /gm, '\0') : block))
    .join('');
  return marked
    .split('\0')
    .slice(1)
    .map((section) => {
      const end = section.indexOf('\n');
      return { heading: section.slice(0, end).trim(), body: section.slice(end + 1) };
    });
}

/** As GitHub makes them: lower case, spaces as hyphens, other punctuation left out. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}_ -]/gu, '')
    .replaceAll(' ', '-');
}

/** An alert says in brackets where to type it, and names the worker, or its pod, by its label. */
function commandOf(first: string): string {
  return first
    .replace(/ \([^)]*\)$/, '')
    .replaceAll('{{ $labels.instance }}', 'WORKER:8080')
    .replaceAll('{{ $labels.pod }}', 'POD');
}

function codeOf(markdown: string): string {
  return [...markdown.matchAll(/^```.*\n([^]*?)^```\n/gm)].map(([, code]) => code).join('');
}

function inlineCode(markdown: string): readonly string[] {
  const prose = markdown.replaceAll(/^```.*\n[^]*?^```\n/gm, '');
  return [...prose.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code.replaceAll(/\s+/g, ' '));
}

/** Those of a label's value (`${__field.labels.reason}`) lead to the heading of each value. */
function linkedFromPanels(): readonly string[] {
  return globSync('dashboards/*.json')
    .flatMap((path) => [...readFileSync(path, 'utf8').matchAll(/\$\{runbook\}(#[^"\\]*)/g)])
    .map(([, anchor = '']) => anchor)
    .filter((anchor) => !anchor.startsWith('#${'));
}

function unresolved(links: readonly string[]): readonly string[] {
  return links.filter((link) => !anchors.includes(link.slice(1)));
}
