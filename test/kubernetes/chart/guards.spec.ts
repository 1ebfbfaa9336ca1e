import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { guardRows } from './guard-rows.ts';
import { chart, hasHelm, refusal, render, type RenderOptions } from './helm.ts';
import { find } from './objects.ts';

/** The messages, in their order. */
function problems(options: RenderOptions): readonly string[] {
  return [...refusal(options).matchAll(/^ {2}- (\[.+)$/gm)].map(([, message = '']) => message);
}

describe.skipIf(!hasHelm)('the guards, for values that cannot work together (skipped without helm)', () => {
  it.each(guardRows.map((row) => [row.about, row.says, row] as const))('refuse %s: %s', (_, says, row) => {
    expect(problems({ ci: row.ci ?? 'minimal', values: row.values })).toEqual([says]);
  });

  it.each(guardRows.map((row) => [row.about, row.says, row] as const))(
    'take what is nearest to %s (%s)',
    (_, __, row) => {
      expect(render({ ci: row.ci ?? 'minimal', values: row.passes })).not.toEqual([]);
    },
  );

  it('read a limit of the bundled Redis that is a number of bytes, as Kubernetes does', () => {
    const values = { redis: { bundled: { resources: { limits: { memory: 268_435_456 } } } } };
    const [redis] = find(render({ ci: 'bundled-redis', values }), 'StatefulSet').spec.template.spec.containers;
    expect(redis.args).toEqual(expect.arrayContaining(['--maxmemory', '201326592']));
  });

  it('say two problems in two lines of one failure', () => {
    const values = { endpoint: 'ocr', image: { tag: 'latest' }, worker: { concurrency: { min: 9, max: 4 } } };
    expect(problems({ values })).toEqual([
      expect.stringContaining('[IMAGE_LATEST]') as unknown,
      expect.stringContaining('[BOUNDS]') as unknown,
    ]);
    expect(refusal({ values })).toContain('flyball: these values cannot work:\n  - [IMAGE_LATEST]');
  });
});

describe.skipIf(!hasHelm)("the chart's defaults alone (skipped without helm)", () => {
  const minimal: unknown = parse(readFileSync(`${chart}/ci/minimal-values.yaml`, 'utf8'));
  const leaves = leafPaths(minimal);

  it('are refused once, with all that is missing', () => {
    const codes = problems({ ci: 'none' }).map((message) => /^\[(\w+)\]/.exec(message)?.[1]);
    expect(codes).toEqual(['IMAGE_MISSING', 'REDIS_HOST_MISSING', 'KEYS_MISSING', 'HANDLER_MISSING']);
  });

  it('are complete with ci/minimal, which says one thing for each', () => {
    expect(leaves).toEqual(['image.repository', 'redis.external.host', 'auth.existingSecret', 'worker.handler.path']);
  });

  it.each(leaves)('lack %s, where ci/minimal does not say it', (path) => {
    const missing = problems({ ci: 'none', values: without(minimal, path.split('.')) as Record<string, unknown> });
    expect(missing).toHaveLength(1);
    expect(missing[0]).toContain(`] ${path} is empty.`);
  });
});

describe('the messages of _validate.tpl', () => {
  const text = readFileSync(`${chart}/templates/_validate.tpl`, 'utf8');
  const messages = [...text.matchAll(/"(\[[A-Z_]+\] (?:[^"\\]|\\.)+)"/g)].map(([, message = '']) => message);

  it('are found: each code is in one', () => {
    const codes = new Set([...text.matchAll(/\[([A-Z_]{3,})\]/g)].map(([, code]) => code));
    expect(codes.size).toBeGreaterThan(15);
    expect(new Set(messages.map((message) => /\w+/.exec(message)?.[0]))).toEqual(codes);
  });

  it.each(messages)('have a row here: %s', (message) => {
    const filled = new RegExp(
      `^${message
        .replaceAll(String.raw`\"`, '"')
        .split(/%[sdq]/)
        .map((part) => RegExp.escape(part))
        .join('.+')}$`,
    );
    expect(guardRows.filter(({ says }) => filled.test(says))).not.toEqual([]);
  });
});

function leafPaths(value: unknown, path = ''): readonly string[] {
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([key, inner]) => leafPaths(inner, path === '' ? key : `${path}.${key}`));
}

function without(value: unknown, [key = '', ...rest]: readonly string[]): unknown {
  const all = value as Readonly<Record<string, unknown>>;
  const { [key]: inner, ...others } = all;
  return rest.length === 0 ? others : { ...others, [key]: without(inner, rest) };
}
