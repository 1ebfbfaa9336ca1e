import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { chart, hasHelm, refusal } from './helm.ts';
import { complaintsIn } from './schema-complaints.ts';
import { schemaExamples } from './schema-examples.ts';

const schema = JSON.parse(readFileSync(`${chart}/values.schema.json`, 'utf8')) as Record<string, unknown>;

describe.skipIf(!hasHelm)('a value that cannot be meant (skipped without helm)', () => {
  it.each(schemaExamples)('is refused by its name: %s, %j', (path, wrong) => {
    const complaints = complaintsIn(refusal({ values: at(path, wrong) }));
    // Later Helms name a key of a map without its place.
    const ofIt = complaints.filter(({ path: place, says }) => place.startsWith(path) || says.includes('propertyName'));
    expect(ofIt).not.toEqual([]);
  });
});

describe('values.schema.json', () => {
  // Strict: a keyword that is unknown, or that cannot apply to the type, is an error too.
  const ajv = new Ajv({ strict: true, allowUnionTypes: true, allErrors: true });

  it('is draft-07, and says nothing that a validator passes over', () => {
    expect(schema['$schema']).toBe('http://json-schema.org/draft-07/schema#');
    expect(() => ajv.compile(schema)).not.toThrow();
  });

  it('takes the defaults: it requires nothing that they lack', () => {
    const validate = ajv.compile(schema);
    validate(parse(readFileSync(`${chart}/values.yaml`, 'utf8')));
    expect(validate.errors).toBeNull();
  });

  it('holds only patterns that Go knows too, which has no look-around and no references', () => {
    const patterns = JSON.stringify(schema).match(/"pattern":"(?:[^"\\]|\\.)*"/g) ?? [];
    expect(patterns.length).toBeGreaterThan(20);
    expect(patterns.filter((pattern) => /\(\?(?!:)|\\\\[1-9]/.test(pattern))).toEqual([]);
  });

  it.each(schemaExamples)('takes of %s what comes near to %j: %j', (path, _, right) => {
    const validate = ajv.compile(schema);
    validate(at(path, right));
    expect(validate.errors).toBeNull();
  });
});

function at(path: string, value: unknown): Record<string, unknown> {
  return path.split('.').reduceRight<unknown>((inner, part) => ({ [part]: inner }), value) as Record<string, unknown>;
}
