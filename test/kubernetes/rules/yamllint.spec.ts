import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const hasYamllint = spawnSync('yamllint', ['--version']).status === 0;

describe.skipIf(!hasYamllint)('yamllint (skipped without it)', () => {
  it.each([
    'helm/flyball/{Chart,values}.yaml',
    'helm/flyball/ci/*.yaml',
    'test/kubernetes/golden/*.yaml',
    'test/kubernetes/rules/*.yaml',
    'test/kubernetes/yamllint.yaml',
  ])('has nothing to say of %s', (pattern) => {
    const files = globSync(pattern);
    expect(files).not.toEqual([]);
    const args = ['-s', '-f', 'parsable', '-c', 'test/kubernetes/yamllint.yaml', ...files];
    const { status, stdout, stderr } = spawnSync('yamllint', args, { encoding: 'utf8' });
    expect(stdout + stderr).toBe('');
    expect(status).toBe(0);
  });
});
