import { spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { chart, hasHelm, helm } from './helm.ts';
import { renderOnce } from './render-once.ts';

const dashboards = globSync('dashboards/*.json').map((path) => basename(path));
const copied = [...dashboards, 'rules/recording.yaml', 'rules/alerts.yaml'];

describe('the copies in the chart', () => {
  it.each(copied)('%s is that of dashboards/', (name) => {
    const folder = name.startsWith('rules/') ? chart : `${chart}/dashboards`;
    expect(readFileSync(`${folder}/${name}`, 'utf8')).toBe(readFileSync(`dashboards/${name}`, 'utf8'));
  });

  it('are all the dashboards that there are, and no other', () => {
    expect(dashboards.length).toBeGreaterThan(3);
    expect(globSync(`${chart}/dashboards/*`).map((path) => basename(path))).toEqual(dashboards);
  });
});

describe.skipIf(!hasHelm)('the ConfigMaps of the dashboards (skipped without helm)', () => {
  const renderCase = renderOnce();
  const maps = () =>
    renderCase('keda-prometheus').filter(
      ({ metadata }) => metadata.labels?.['app.kubernetes.io/component'] === 'dashboards',
    );

  it.each(dashboards)('hold %s as it is, where Grafana looks for it', (name) => {
    const map = maps().find(({ data = {} }) => name in data);
    expect(map?.data).toEqual({ [name]: readFileSync(`dashboards/${name}`, 'utf8') });
    expect(map?.metadata.name).toBe(`r-flyball-${basename(name, '.json')}`);
    expect(map?.metadata.labels).toMatchObject({ grafana_dashboard: '1' });
    expect(map?.metadata.annotations).toMatchObject({ grafana_folder: 'Flyball' });
  });

  it('are one each, and none where none is wanted', () => {
    expect(maps()).toHaveLength(dashboards.length);
    expect(renderCase('hpa').filter(({ kind }) => kind === 'ConfigMap')).toEqual([]);
  });

  it('fit in the annotation in which `kubectl apply` keeps a whole object, 256 KiB', () => {
    const sizes = maps().map((map) => [map.metadata.name, Buffer.byteLength(JSON.stringify(map))] as const);
    expect(sizes.filter(([, bytes]) => bytes >= 2 ** 18)).toEqual([]);
  });
});

describe.skipIf(!hasHelm)('the package of the chart (skipped without helm)', () => {
  it('leaves room in the Secret that Helm keeps a release in: less than 700 kB', () => {
    const folder = mkdtempSync(join(tmpdir(), 'flyball-package-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const { status, stderr } = spawnSync(helm, ['package', chart, '-d', folder], { encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(status).toBe(0);
    const [archive = ''] = globSync(`${folder}/flyball-*.tgz`);
    expect(statSync(archive).size).toBeLessThan(700_000);
  });
});
