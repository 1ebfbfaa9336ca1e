import { spawnSync } from 'node:child_process';
import { existsSync, globSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, parseDocument } from 'yaml';
import { loadSettings } from '#libs/config';
import { alertmanagerDocument, alertmanagerFiles, alerts } from '#libs/dashboards';
import { createLog, families } from '#libs/observability';
import { builtInStrategies } from '#libs/strategies';
import {
  compose,
  flyball,
  inRepository,
  mountsOf,
  read,
  root,
  serviceNames,
  services,
  stackFiles,
} from './stack-files.ts';
import { lineage, stagesOf, targetOf, textsOf } from './image/dockerfile.ts';
import { imageOf } from './image/image.ts';

const stages = stagesOf(read('Dockerfile'));
const image = imageOf(stages, targetOf(stages));
const has = (command: string): boolean => spawnSync(command, ['--version']).status === 0;

describe('the files of the stack', () => {
  it.each(stackFiles)('%s is YAML, and says what was validated', (path) => {
    const { errors, warnings } = parseDocument(read(path), { uniqueKeys: true });
    expect([...errors, ...warnings]).toEqual([]);
    expect(read(path)).toMatch(/^(# Made by .*\n)?# No container engine was at hand when this was written/);
  });
});

describe('compose.yaml', () => {
  it.each(services)('%s names only files, volumes and services that exist', (_name, service) => {
    const { depends_on: others = [] } = service;
    const sources = mountsOf(service).map(({ from }) => from);
    const files = sources.filter((source) => source.startsWith('./'));
    expect(files.filter((file) => !existsSync(`${root}${file}`))).toEqual([]);
    const volumes = sources.filter((source) => !source.startsWith('./'));
    expect(volumes.filter((volume) => !(volume in compose.volumes))).toEqual([]);
    const names = Array.isArray(others) ? (others as readonly string[]) : Object.keys(others);
    expect(names.filter((other) => !serviceNames.includes(other))).toEqual([]);
  });

  it.each(services)('%s finds every file of ours that its command and environment name', (_name, service) => {
    const words = [...(service.command ?? []), ...Object.values(service.environment ?? {})];
    const paths = words.flatMap((word) => /^(?:--?[\w.]+=)?(\/etc\/\S+)$/.exec(word)?.[1] ?? []);
    const found = paths.map((path) => inRepository(service, path)).map((path) => path && existsSync(`${root}${path}`));
    expect(found).toEqual(paths.map(() => true));
  });

  it('publishes on the loopback only, from pinned images, and starts Flyball alone without the profile', () => {
    const ports = services.flatMap(([, service]) => service.ports ?? []);
    expect(ports.filter((port) => !/^127\.0\.0\.1:\d+:\d+$/.test(port))).toEqual([]);
    const own = services.filter(([, { build, image }]) => build !== undefined || image === flyball?.image);
    expect(own.map(([name]) => name)).toEqual(['flyball', 'load']);
    const others = services.filter((service) => !own.includes(service));
    expect(others.filter(([, { image }]) => !/^[a-z-]+\/[a-z-]+:v?\d+\.\d+\.\d+$/.test(image))).toEqual([]);
    expect(services.filter(([, { profiles }]) => !profiles?.includes('observe'))).toEqual([['flyball', flyball]]);
  });

  it('uses every volume and every file of the stack', () => {
    const used = services.flatMap(([, service]) => mountsOf(service).map(({ from }) => from));
    expect(Object.keys(compose.volumes).filter((volume) => !used.includes(volume))).toEqual([]);
    const files = stackFiles.filter((path) => path !== 'compose.yaml');
    expect(files.filter((path) => !used.includes(`./${path}`))).toEqual([]);
  });

  it('starts Flyball with settings that it takes, and a handler that is there', () => {
    const { OTEL_EXPORTER_OTLP_ENDPOINT: _, ...settings } = flyball?.environment ?? {};
    const [, handler = ''] = /start (\S+)/.exec(flyball?.entrypoint?.at(-1) ?? '') ?? [];
    expect(existsSync(`${root}${handler}`)).toBe(true);
    const environment = { ...image.environment, ...settings, HANDLER: handler };
    expect(loadSettings(environment, { strategies: builtInStrategies }).http.bindAddress).toBe('0.0.0.0');
  });
});

describe('prometheus.yaml', () => {
  const config = parse(read('dashboards/stack/prometheus.yaml')) as {
    readonly global: { readonly scrape_interval: string };
    readonly rule_files: readonly string[];
    readonly scrape_configs: readonly { readonly static_configs: readonly { readonly targets: readonly string[] }[] }[];
    readonly alerting: {
      readonly alertmanagers: readonly {
        readonly static_configs: readonly { readonly targets: readonly string[] }[];
      }[];
    };
  };
  const prometheus = compose.services['prometheus'];

  it('reads our rules, asks services that exist, and keeps exemplars', () => {
    expect(config.rule_files.map((path) => inRepository(prometheus, path))).toEqual([
      'dashboards/rules/recording.yaml',
      'dashboards/rules/autoscaling.yaml',
      'dashboards/rules/alerts.yaml',
    ]);
    const asked = [...config.scrape_configs, ...config.alerting.alertmanagers].flatMap((each) =>
      each.static_configs.flatMap(({ targets }) => targets),
    );
    expect(asked).toEqual(['flyball:8080', 'alertmanager:9093']);
    expect(asked.map((target) => target.split(':')[0]).filter((host = '') => !serviceNames.includes(host))).toEqual([]);
    expect(prometheus?.command).toContain('--enable-feature=exemplar-storage');
    expect(config.global.scrape_interval).toBe('5s');
  });

  it.skipIf(!has('promtool'))('passes promtool check config (skipped without promtool)', () => {
    const folder = mkdtempSync(join(tmpdir(), 'flyball-stack-'));
    try {
      const here = config.rule_files.map((path) => `${root}${inRepository(prometheus, path)}`);
      writeFileSync(join(folder, 'prometheus.yaml'), JSON.stringify({ ...config, rule_files: here }));
      const { status, stdout, stderr } = spawnSync('promtool', ['check', 'config', join(folder, 'prometheus.yaml')], {
        encoding: 'utf8',
      });
      expect({ status, said: `${stdout}${stderr}` }).toEqual({
        status: 0,
        said: expect.stringContaining('3 rule files found') as string,
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('alertmanager.yaml', () => {
  const path = 'dashboards/stack/alertmanager.yaml';

  it('is what `npm run dashboards` writes', () => {
    expect(alertmanagerFiles()).toEqual({ [path]: read(path) });
  });

  it('has a route and a receiver for every severity, and inhibits alerts that exist', () => {
    const { route, receivers, inhibit_rules: rules } = alertmanagerDocument();
    const all = alerts();
    const severities = new Set(all.map(({ severity }) => severity));
    const receives = new Set(receivers.map(({ name }) => name));
    expect(new Set(route.routes.map(({ matchers }) => matchers[0]))).toEqual(
      new Set([...severities].map((severity) => `severity="${severity}"`)),
    );
    expect([route, ...route.routes].filter(({ receiver }) => !receives.has(receiver as never))).toEqual([]);
    const named = rules.flatMap((rule) =>
      [...rule.source_matchers, ...rule.target_matchers].flatMap(
        (matcher) => /"(.*)"/.exec(matcher)?.[1]?.split('|') ?? [],
      ),
    );
    expect(named.filter((name) => !all.some((alert) => alert.name === name))).toEqual([]);
  });

  it.skipIf(!has('amtool'))('passes amtool check-config (skipped without amtool)', () => {
    const { status, stdout } = spawnSync('amtool', ['check-config', `${root}${path}`], { encoding: 'utf8' });
    expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringContaining('SUCCESS') as string });
  });
});

describe('collector.yaml', () => {
  type Components = Readonly<Record<string, unknown>>;
  type Pipeline = Readonly<Record<'receivers' | 'processors' | 'exporters', readonly string[]>>;
  const text = read('dashboards/stack/collector.yaml');
  const config = parse(text) as Readonly<Record<keyof Pipeline, Components>> & {
    readonly service: { readonly pipelines: Readonly<Record<'traces' | 'logs', Pipeline>> };
  };
  const pipelines = Object.values(config.service.pipelines);

  it.each(['receivers', 'processors', 'exporters'] as const)(
    'names only %s that it declares, and uses all of them',
    (kind) => {
      const used = new Set(pipelines.flatMap((pipeline) => pipeline[kind]));
      expect([...used].toSorted()).toEqual(Object.keys(config[kind]).toSorted());
    },
  );

  it('limits memory first and batches last', () => {
    expect(pipelines.map(({ processors }) => [processors[0], processors.at(-1)])).toEqual(
      pipelines.map(() => ['memory_limiter', 'batch']),
    );
  });

  it('reads the file that Flyball writes, on a volume that both have', () => {
    const [, file = ''] = /\btee (\S+)\)$/.exec(flyball?.entrypoint?.at(-1) ?? '') ?? [];
    expect(config.receivers['file_log']).toMatchObject({ include: [file] });
    const volumes = [flyball, compose.services['otel-collector']].map((service) =>
      mountsOf(service).find(({ to }) => file.startsWith(`${to}/`)),
    );
    expect(volumes).toEqual([
      { from: 'log', to: '/var/log/flyball' },
      { from: 'log', to: '/var/log/flyball' },
    ]);
  });

  it('goes by attributes and spans that Flyball makes', () => {
    const made = globSync('libs/observability/*-trace.ts', { cwd: root })
      .concat('libs/observability/event-spans.ts')
      .map(read)
      .join();
    const named = [...text.matchAll(/"?(flyball\.[a-z_]+)"?/g)]
      .map(([, name = '']) => name)
      .filter((name) => name !== 'flyball.log');
    expect(named).toEqual(['flyball.outcome', 'flyball.deadline_ratio']);
    expect(named.filter((name) => !made.includes(`'${name}'`))).toEqual([]);
    expect(made).toContain('`decide ${');
  });

  it('is where Flyball sends its traces, and sends on to services that exist', () => {
    expect(flyball?.environment?.['OTEL_EXPORTER_OTLP_ENDPOINT']).toBe('http://otel-collector:4318');
    expect(config.receivers['otlp']).toEqual({ protocols: { http: { endpoint: '0.0.0.0:4318' } } });
    expect(config.exporters).toMatchObject({
      otlp_grpc: { endpoint: 'tempo:4317' },
      otlp_http: { endpoint: 'http://loki:3100/otlp' },
    });
    expect(parse(read('dashboards/stack/tempo.yaml'))).toMatchObject({
      server: { http_listen_port: 3200 },
      distributor: { receivers: { otlp: { protocols: { grpc: { endpoint: '0.0.0.0:4317' } } } } },
    });
    expect(parse(read('dashboards/stack/loki.yaml'))).toMatchObject({ server: { http_listen_port: 3100 } });
  });
});

describe('grafana', () => {
  const text = read('dashboards/stack/grafana/datasources.yaml');
  const { datasources } = parse(text) as {
    readonly datasources: readonly {
      readonly uid: string;
      readonly type: string;
      readonly url: string;
      readonly jsonData: Readonly<Record<string, unknown>>;
    }[];
  };
  const grafana = compose.services['grafana'];

  it('has the sources that dashboards choose from, at services that exist', () => {
    expect(datasources.map(({ type }) => type).toSorted()).toEqual(['loki', 'prometheus', 'tempo']);
    const urls = datasources.map(({ url }) => new URL(url)).map(({ hostname, port }) => `${hostname}:${port}`);
    expect(urls).toEqual(['prometheus:9090', 'tempo:3200', 'loki:3100']);
    expect(urls.filter((url) => !serviceNames.includes(url.split(':')[0] ?? ''))).toEqual([]);
  });

  it('links only sources that exist', () => {
    const uids = datasources.map(({ uid }) => uid);
    const named = [...text.matchAll(/datasourceUid: (\S+)/g)].map(([, uid]) => uid);
    expect(named).toEqual(['tempo', 'loki', 'prometheus', 'tempo']);
    expect(named.filter((uid = '') => !uids.includes(uid))).toEqual([]);
  });

  it('asks for families that exist, and leaves no variable to Grafana’s own expansion by mistake', () => {
    const known = new Set(Object.keys(families).map((name) => `flyball_${name}`));
    const asked = [...text.matchAll(/\b(flyball_\w+?)(?:_bucket)?\{/g)].map(([, name = '']) => name);
    expect(asked).toEqual(['flyball_concurrency_limit', 'flyball_inflight_jobs', 'flyball_job_service_seconds']);
    expect(asked.filter((name) => !known.has(name))).toEqual([]);
    expect(text.replaceAll('$$', '').match(/^[^#]*\$/m)).toBeNull();
  });

  it('finds the trace in a log line as Flyball writes it', () => {
    const lines: string[] = [];
    const trace = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' };
    createLog({ level: 'info', write: (line) => lines.push(line) }).record({
      type: 'job-finished',
      jobId: 'a',
      status: 'succeeded',
      totalMs: 5,
      trace,
    });
    const loki = datasources.find(({ type }) => type === 'loki')?.jsonData;
    const [field] = (loki?.['derivedFields'] ?? []) as readonly { readonly matcherRegex: string }[];
    expect(new RegExp(field?.matcherRegex ?? '').exec(lines[0] ?? '')?.[1]).toBe(trace.traceId);
  });

  it('serves the runbook where the links of panels look for it', () => {
    // Where the image of Grafana keeps what it serves below /public.
    const served = '/usr/share/grafana';
    for (const path of globSync('dashboards/*.json', { cwd: root })) {
      const { templating } = JSON.parse(read(path)) as {
        readonly templating: { readonly list: readonly { readonly name: string; readonly query: unknown }[] };
      };
      const address = String(templating.list.find(({ name }) => name === 'runbook')?.query);
      const file = inRepository(grafana, served + address);
      expect(file).toBe('dashboards/stack/grafana/runbook.html');
      const anchors = [...read(path).matchAll(/\$\{runbook\}#([\w-]+)/g)].map(([, anchor = '']) => anchor);
      expect(anchors.filter((anchor) => !read(file ?? '').includes(` id="${anchor}"`))).toEqual([]);
    }
  });

  it('provisions every dashboard from where compose.yaml mounts them', () => {
    const { providers } = parse(read('dashboards/stack/grafana/dashboards.yaml')) as {
      readonly providers: readonly { readonly options: { readonly path: string } }[];
    };
    const [folder = ''] = providers.map(({ options }) => inRepository(grafana, options.path));
    const found = readdirSync(`${root}${folder}`).filter((name) => name.endsWith('.json'));
    expect(found).toEqual(['flyball-fleet.json', 'flyball-gpu.json', 'flyball-overview.json', 'flyball-strategy.json']);
    const provisioned = mountsOf(grafana).filter(({ to }) => to.startsWith('/etc/grafana/provisioning/'));
    expect(provisioned.map(({ to }) => to)).toEqual([
      '/etc/grafana/provisioning/datasources/flyball.yaml',
      '/etc/grafana/provisioning/dashboards/flyball.yaml',
    ]);
  });
});

describe('Dockerfile', () => {
  it('gives its user the folders that compose.yaml mounts volumes on', () => {
    const [uid = '', gid = ''] = image.user.split(':');
    const made = textsOf(lineage(stages, targetOf(stages)), 'RUN').join();
    const [, folders = ''] = new RegExp(`install --directory --owner=${uid} --group=${gid} (.*)$`).exec(made) ?? [];
    expect(folders.split(' ')).toEqual(mountsOf(flyball).map(({ to }) => to));
  });

  it('has its entrypoint where compose.yaml starts it', () => {
    expect(flyball?.entrypoint?.at(-1)).toContain(`exec ${image.entrypoint.join(' ')} start `);
  });

  it('needs no more to write than compose.yaml lets it', () => {
    expect(flyball).toMatchObject({ read_only: true, tmpfs: [image.environment['HOME']] });
  });
});
