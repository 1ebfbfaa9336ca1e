import { globSync, readFileSync } from 'node:fs';
import { dirname, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';

/** Which libraries a library may import; everything else it may not. Apps may import any. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  core: [],
  strategies: ['core'],
  runpod: ['core', 'queue'],
  simulation: ['core'],
  queue: ['core'],
  handlers: ['core'],
  observability: ['core'],
  config: ['core'],
  telemetry: ['core', 'simulation'],
  runtime: ['core', 'handlers', 'observability'],
  dashboards: ['core', 'observability'],
  chart: ['config', 'dashboards'],
  testing: ['core', 'queue'],
};

/** Libraries without Node, Nest, clock or randomness. */
const pure = ['core', 'strategies', 'simulation', 'runpod'];
const impure = /\b(Date\.now|new Date\(\)|Math\.random|performance\.now|setTimeout|setInterval|setImmediate|process\.)/;

interface SourceFile {
  readonly path: string;
  readonly text: string;
  readonly imports: readonly { readonly specifier: string; readonly typeOnly: boolean }[];
}

const files: readonly SourceFile[] = globSync('{apps,libs,test}/**/*.ts').map((path) => {
  const text = readFileSync(path, 'utf8');
  return { path, text, imports: importsOf(text) };
});

const libraryFiles = files.filter(({ path }) => path.startsWith('libs/'));
const isTest = (path: string): boolean => /\.(spec|test)\.ts$/.test(path);

describe('the direction of imports', () => {
  it('lets a library import only the libraries it is allowed to', () => {
    const wrong = libraryFiles
      .filter(({ path }) => !isTest(path))
      .flatMap(({ path, imports }) =>
        imports.flatMap(({ specifier }) => {
          const [, target] = /^#libs\/([a-z]+)$/.exec(specifier) ?? [];
          if (target === undefined || allowed[libraryOf(path)]?.includes(target)) return [];
          return [`${path} imports ${specifier}`];
        }),
      );
    expect(wrong).toEqual([]);
  });

  it('knows every library', () => {
    expect(Object.keys(allowed).toSorted()).toEqual(
      [...new Set(libraryFiles.map(({ path }) => libraryOf(path)))].toSorted(),
    );
  });

  it('reaches another library only through #libs/<name>, and an app never from a library', () => {
    const wrong = files.flatMap(({ path, imports }) =>
      imports
        .filter(({ specifier }) => specifier.startsWith('.'))
        .map(({ specifier }) => normalize(`${dirname(path)}/${specifier}`))
        .filter(
          (target) =>
            roomOf(target) !== roomOf(path) && !(isTest(path) || path.startsWith('test/') || appToApp(path, target)),
        )
        .map((target) => `${path} imports ${target}`),
    );
    expect(wrong).toEqual([]);
  });

  it('keeps Nest in apps, modules and controllers', () => {
    const wrong = libraryFiles.filter(
      ({ path, imports }) =>
        !/\.(module|controller)\.ts$/.test(path) && imports.some(({ specifier }) => specifier.startsWith('@nestjs/')),
    );
    expect(wrong.map(({ path }) => path)).toEqual([]);
  });

  it('keeps Node, clocks and randomness out of the pure libraries', () => {
    const wrong = libraryFiles
      .filter(({ path }) => pure.includes(libraryOf(path)) && !isTest(path))
      .filter(
        ({ text, imports }) =>
          imports.some(({ specifier }) => specifier.startsWith('node:')) || impure.test(withoutComments(text)),
      );
    expect(wrong.map(({ path }) => path)).toEqual([]);
  });

  it('lets core depend on no package but a type', () => {
    const wrong = libraryFiles
      .filter(({ path }) => libraryOf(path) === 'core' && !isTest(path))
      .flatMap(({ path, imports }) =>
        imports
          .filter(({ specifier, typeOnly }) => !specifier.startsWith('.') && !typeOnly)
          .map(({ specifier }) => `${path} imports ${specifier}`),
      );
    expect(wrong).toEqual([]);
  });
});

describe('the house rules', () => {
  it('has no export * in an index', () => {
    const wrong = libraryFiles.filter(({ path, text }) => path.endsWith('/index.ts') && /export \*/.test(text));
    expect(wrong.map(({ path }) => path)).toEqual([]);
  });

  it('has exactly one package.json, so that #libs resolves everywhere', () => {
    expect(globSync('{package.json,{apps,libs,test,examples,scripts}/**/package.json}')).toEqual(['package.json']);
  });

  it('never asks systeminformation for graphics, which blocks the event loop on nvidia-smi', () => {
    const wrong = files.filter(({ path, text }) => !isTest(path) && /\bgraphics\(/.test(withoutComments(text)));
    expect(wrong.map(({ path }) => path)).toEqual([]);
  });

  it('imports prom-client in one file only', () => {
    const importers = files.filter(({ imports }) => imports.some(({ specifier }) => specifier === 'prom-client'));
    expect(importers.map(({ path }) => path).filter((path) => !isTest(path))).toEqual([
      'libs/observability/metrics.ts',
    ]);
  });

  it('has one Prometheus client: of two, each would have half of the metrics', () => {
    const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as { readonly packages: object };
    const clients = Object.keys(packages).filter((path) => /(^|\/)(prom-client|@prometheus-io\/client)$/.test(path));
    expect(clients).toEqual(['node_modules/prom-client']);
  });

  it("imports OpenTelemetry's SDK in start-tracing.ts and what only it loads, and that only where traces are asked for", () => {
    const start = 'libs/observability/start-tracing.ts';
    // Interfaces and the names of attributes are no part of it.
    const sdk = /^@opentelemetry\/(?!api$|semantic-conventions(\/|$))/;
    const sources = files.filter(({ path }) => !isTest(path) && !path.startsWith('test/'));
    const usesSdk = ({ imports }: SourceFile): boolean =>
      imports.some(({ specifier, typeOnly }) => sdk.test(specifier) && !typeOnly);
    const importersOf = (path: string): readonly string[] =>
      sources
        .filter((file) =>
          file.imports.some(
            ({ specifier, typeOnly }) => !typeOnly && normalize(`${dirname(file.path)}/${specifier}`) === path,
          ),
        )
        .map((file) => file.path);
    const users = sources.filter(usesSdk).map(({ path }) => path);
    expect(users).toContain(start);
    const strangers = users
      .filter((path) => path !== start)
      .filter((path) => importersOf(path).some((importer) => importer !== start && !users.includes(importer)));
    expect(strangers).toEqual([]);
    expect(importersOf(start)).toEqual([]);
    const loaders = sources.filter(({ text }) => text.includes("import('./start-tracing.ts')"));
    expect(loaders.map(({ path }) => path)).toEqual(['libs/observability/open-tracing.ts']);
  });
});

function importsOf(text: string): SourceFile['imports'] {
  const statements = text.matchAll(/^(?:import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?'([^']+)'/gm);
  return [...statements].map(([, typeOnly, specifier = '']) => ({ specifier, typeOnly: typeOnly !== undefined }));
}

function libraryOf(path: string): string {
  return path.split('/')[1] ?? '';
}

/** `libs/core`, `apps/cli`, `test`: what one may import from relatively. */
function roomOf(path: string): string {
  return path.startsWith('test/') ? 'test' : path.split('/').slice(0, 2).join('/');
}

function appToApp(from: string, to: string): boolean {
  return from.startsWith('apps/') && to.startsWith('apps/');
}

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
}
