import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { globSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cases, chart, hasHelm, helm } from './helm.ts';

const isOfNpm = process.env['HELM'] === undefined;

describe.skipIf(!hasHelm)('the packed chart (skipped without helm)', () => {
  let folder = '';
  let archive = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'flyball-chart-'));
    spawnSync(helm, ['package', chart, '--destination', folder]);
    [archive = ''] = globSync(join(folder, '*.tgz'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('is small enough for the Secret that holds a release', () => {
    expect(statSync(archive).size).toBeLessThan(700_000);
  });

  it('has all files of the chart but those that try it', () => {
    const files = globSync(`${chart}/**`, { withFileTypes: true }).filter((each) => each.isFile());
    const wanted = files.map((each) => join(each.parentPath, each.name).slice('helm/'.length));
    const packed = namesIn(archive).filter((name) => !name.endsWith('/.helmignore'));
    expect(packed.toSorted()).toEqual(wanted.filter((name) => !name.startsWith('flyball/ci/')).toSorted());
    expect(packed).toContain('flyball/dashboards/flyball-overview.json');
  });

  it.each(cases)('has nothing that lint says of it with %s', (ci) => {
    const { status, stdout } = spawnSync(helm, ['lint', '--strict', chart, '-f', `${chart}/ci/${ci}-values.yaml`], {
      encoding: 'utf8',
    });
    expect(stdout).toMatch(/\n1 chart\(s\) linted, 0 chart\(s\) failed\n$/);
    expect(stdout).not.toMatch(/\[(ERROR|WARNING|INFO)\]/);
    expect(status).toBe(0);
  });
});

describe.skipIf(!hasHelm || !isOfNpm)('the helm of npm (skipped without it, or with HELM)', () => {
  it('is the binary that was looked at', () => {
    const sha256 = createHash('sha256').update(readFileSync(helm)).digest('hex');
    expect(sha256).toBe('8c375d1016b2c9754bad8da3ed07ce33c0f9af3bad8890e61737f5137be7396d');
  });

  it('was built of the commit of its version', () => {
    const { stdout } = spawnSync(helm, ['version', '--template', '{{.Version}} {{.GitCommit}} {{.GitTreeState}}'], {
      encoding: 'utf8',
    });
    expect(stdout).toBe('v3.10.1 9f88ccb6aee40b9a0535fcc7efea6055e1ef72c9 clean');
  });
});

/** Of a tar file: blocks of 512 bytes, a header before each file. */
function namesIn(path: string): readonly string[] {
  const tar = gunzipSync(readFileSync(path));
  const names: string[] = [];
  for (let at = 0; at < tar.length && tar[at] !== 0;) {
    const text = (from: number, length: number): string =>
      tar.toString('utf8', at + from, at + from + length).replace(/\0.*$/s, '');
    names.push(text(0, 100));
    at += 512 * (1 + Math.ceil(Number.parseInt(text(124, 12), 8) / 512));
  }
  return names;
}
