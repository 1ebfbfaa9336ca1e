import { describe, expect, it } from 'vitest';
import { chartValues } from './values.ts';

describe('chartValues', () => {
  it('finds what has a comment, in its order, with the path, the default and the words', () => {
    const text = `# About the file.

image:
  # -- Required.
  repository: ''
  # -- Wins over
  # the tag.
  digest: ''
# -- Pods.
replicaCount: 2
`;
    expect(chartValues(text)).toEqual([
      { path: 'image.repository', default: '', meaning: 'Required.' },
      { path: 'image.digest', default: '', meaning: 'Wins over the tag.' },
      { path: 'replicaCount', default: 2, meaning: 'Pods.' },
    ]);
  });

  it('takes what is below a comment as one value', () => {
    const text = '# -- No CPU limit.\nresources:\n  limits: { memory: 8Gi }\n# -- Of pods.\nlabels: {}\n';
    expect(chartValues(text)).toEqual([
      { path: 'resources', default: { limits: { memory: '8Gi' } }, meaning: 'No CPU limit.' },
      { path: 'labels', default: {}, meaning: 'Of pods.' },
    ]);
  });

  it.each([
    ['a: 1\n', 'a'],
    ['# A remark.\na: 1\n', 'a'],
    ['a:\n  # -- Has one.\n  b: 1\n  c: 1\n', 'a.c'],
    ['a: {}\n', 'a'],
  ])('refuses a value without a comment: %j', (text, path) => {
    expect(() => chartValues(text)).toThrow(`${path} has no comment`);
  });

  it.each(['# -- A.\na: 1\n# -- B.\na: 2\n', '- 1\n', ''])('refuses what is no map of values: %j', (text) => {
    expect(() => chartValues(text)).toThrow(/unique|no map/);
  });
});
