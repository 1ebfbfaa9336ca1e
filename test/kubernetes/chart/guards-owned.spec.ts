import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { chartValues } from '#libs/chart';
import { containerOf } from './environment.ts';
import { cases, chart, hasHelm, refusal, render, type RenderOptions } from './helm.ts';

/** Variables that a value sets, and that value: the guard's own list. */
const owned = parse(
  /define "flyball\.owned" -\}\}\n([^]*?)\{\{/.exec(readFileSync(`${chart}/templates/_validate.tpl`, 'utf8'))?.[1] ??
    '',
) as Readonly<Record<string, string>>;
const variables = Object.keys(owned);
const components = ['worker', 'gateway'] as const;
/** A `*` stands for the component. */
const ownerOf = (variable: string, component: string): string => owned[variable]?.replace('*', component) ?? '';

/** What the cases leave out. */
const everySetting = {
  latencyTarget: '2s',
  concurrency: { strategy: 'aimd', min: 1, max: 8, initial: 2, period: '1s' },
  telemetry: { gpu: 'nvml', interval: '1s' },
};
const renders: readonly RenderOptions[] = [
  ...cases.map((ci) => ({ ci })),
  { ci: 'hardened', values: { worker: everySetting } },
];

/** Two are owned only where the chart sets them. */
const allSet = { redis: { external: { tls: { enabled: true, caSecret: 'ca' } } }, otel: { endpoint: 'http://otel' } };

describe.skipIf(!hasHelm)('the variables that the chart owns (skipped without helm)', () => {
  it('are those that it gives to a container by itself, all of them and no other', () => {
    const given = renders.flatMap((options) => ownVariables(options));
    expect(new Set(given)).toEqual(new Set(variables));
  });

  it.each(components)('are refused among the settings of the %s, each with where it belongs', (component) => {
    const settings = Object.fromEntries(variables.map((variable) => [variable, 'x']));
    const says = refusal({ values: { ...allSet, [component]: { settings } } });
    const missing = variables.filter(
      (variable) =>
        !says.includes(`${component}.settings.${variable} belongs to ${ownerOf(variable, component)}. Set it there.`),
    );
    expect(missing).toEqual([]);
  });

  it.each(components)('are refused in the environment of the %s', (component) => {
    const env = variables.map((name) => ({ name, value: 'x' }));
    const says = refusal({ values: { ...allSet, [component]: { extra: { env } } } });
    expect(variables.filter((variable) => !says.includes(`${component}.extra.env has ${variable},`))).toEqual([]);
  });
});

describe.skipIf(!hasHelm)('a variable that the chart sets only sometimes (skipped without helm)', () => {
  it('is the user’s where it does not', () => {
    const env = [
      { name: 'NODE_EXTRA_CA_CERTS', value: '/company/ca.crt' },
      { name: 'POD_NAME', value: 'mine' },
    ];
    const worker = containerOf(render({ values: { worker: { extra: { env } } } }), 'worker');
    expect(worker.env).toEqual(expect.arrayContaining(env));
  });
});

describe('what owns a variable', () => {
  const paths = chartValues(readFileSync(`${chart}/values.yaml`, 'utf8')).map(({ path }) => path);

  it.each(Object.entries(owned))('%s is a value that there is: %s', (variable) => {
    const owners = components.map((component) => ownerOf(variable, component));
    const isThere = (owner: string): boolean => paths.some((path) => path === owner || path.startsWith(`${owner}.`));
    expect(owners.filter((owner) => !isThere(owner))).toEqual([]);
  });
});

/** Without those that the user names. */
function ownVariables(options: RenderOptions): readonly string[] {
  const objects = render(options);
  const { worker = {}, gateway = {} } = parse(readFileSync(`${chart}/ci/${options.ci}-values.yaml`, 'utf8')) as Values;
  const users = [worker, gateway].flatMap(({ settings = {}, extra: { env = [] } = {} }) => [
    ...Object.keys(settings),
    ...env.map(({ name }) => name),
  ]);
  return components
    .flatMap((component) => containerOf(objects, component).env ?? [])
    .map(({ name }) => name)
    .filter((name) => !users.includes(name));
}

interface Component {
  readonly settings?: Readonly<Record<string, string>>;
  readonly extra?: { readonly env?: readonly { readonly name: string }[] };
}

type Values = Readonly<Record<(typeof components)[number], Component | undefined>>;
