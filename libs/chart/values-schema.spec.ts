import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { valuesSchema } from './values-schema.ts';

const values = readFileSync('helm/flyball/values.yaml', 'utf8');

interface Schema {
  readonly additionalProperties?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly [keyword: string]: unknown;
}

describe('valuesSchema', () => {
  const made = schemaOf(values, ['aimd', 'pid']);
  const at = (path: string): Schema | undefined =>
    path.split('.').reduce<Schema | undefined>((schema, part) => schema?.properties?.[part], made);

  it('closes every object whose keys are ours, but the one that charts share', () => {
    const open = ['worker', 'worker.gpu', 'redis.external.tls'].filter(
      (path) => at(path)?.additionalProperties !== false,
    );
    expect(open).toEqual([]);
    expect(made.additionalProperties).toBe(false);
    expect(at('global')?.additionalProperties).toBe(true);
  });

  it.each([
    ['worker.decisionLog', { type: 'boolean' }],
    ['worker.gpu.nodes.minMemoryMiB', { type: 'integer', minimum: 0 }],
    ['auth.apiKeysKey', { type: 'string' }],
  ])('tells the type of %s by its default', (path, shape) => {
    expect(at(path)).toEqual({ description: expect.any(String) as string, ...shape });
  });

  it('has the range of a mirrored setting from libs/config', () => {
    expect(at('worker.concurrency.max')).toMatchObject({ minimum: 1, maximum: 10_000 });
    expect(at('worker.gpu.onLost')).toMatchObject({ enum: ['', 'hold', 'exit'] });
  });

  it.each([
    ['worker.cache.sizeLimit', '', true],
    ['worker.shm.sizeLimit', '', false],
    ['worker.concurrency.strategy', 'aimd+pid', true],
    ['worker.concurrency.strategy', 'goodput', false],
  ])('goes by the more exact of two shapes: of %s, %j', (path, value, fits) => {
    expect(new RegExp(String(at(path)?.['pattern'])).test(value)).toBe(fits);
  });

  it('refuses a default that tells no type, and has no shape', () => {
    expect(() => schemaOf(`${values}\n# -- Of ours.\nmore: []\n`)).toThrow('more: its default does not tell');
  });

  it('refuses a shape of a value that is gone', () => {
    expect(() => schemaOf(values.replace('capacityWindow:', 'window:'))).toThrow(
      'These shapes fit no value: autoscaling.capacityWindow',
    );
  });
});

function schemaOf(text: string, strategies: readonly string[] = ['aimd']): Schema {
  return JSON.parse(valuesSchema(text, strategies)) as Schema;
}
