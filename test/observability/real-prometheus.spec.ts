import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { queriesOf, readDashboards, type DashboardQuery } from './dashboard-queries.ts';
import { emptyHere } from './may-be-empty.ts';
import { startPrometheus, type RunningPrometheus } from './prometheus.ts';
import type { Series, Span } from './prometheus-api.ts';
import { ruleFiles } from './rule-files.ts';
import { startOtlpReceiver, type OtlpReceiver } from '../doubles/otlp-receiver.ts';
import { rises, type Move } from './moves.ts';
import { shown } from './shown.ts';
import { runTraffic, type Traffic } from './traffic.ts';
import { startWorkers, type Workers } from './workers.ts';

const hasPrometheus = spawnSync('prometheus', ['--version']).status === 0;
const queries = readDashboards().flatMap((dashboard) => queriesOf(dashboard));

describe.skipIf(!hasPrometheus)('a real Prometheus that scrapes real workers (skipped without prometheus)', () => {
  let receiver: OtlpReceiver;
  let workers: Workers;
  let prometheus: RunningPrometheus;
  let traffic: Traffic;
  /** From the first job to the last. */
  let whole: Span;

  beforeAll(async () => {
    receiver = await startOtlpReceiver();
    workers = await startWorkers({ OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, OTEL_TRACES_SAMPLER: 'always_on' });
    const targets = workers.all.map(({ url }) => ({ url, labels: { namespace: 'test', release: 'observed' } }));
    prometheus = await startPrometheus({ targets, ruleFiles: ruleFiles() });
    traffic = await runTraffic(workers, { lightSeconds: 10, heavySeconds: 22 });
    whole = { from: traffic.light.from, to: traffic.heavy.to };
  }, 120_000);

  afterAll(async () => {
    await workers?.close();
    await prometheus?.close();
    await receiver?.close();
  }, 30_000);

  const lines: string[] = [];
  // Looked at by people: which panel showed what.
  afterAll(() => console.log(lines.join('\n')));

  const ask = async ({ expr, instant }: DashboardQuery): Promise<readonly Series[]> =>
    instant ? prometheus.api.query(expr, whole.to) : prometheus.api.queryRange(expr, whole, 1);

  describe('the pages', () => {
    it('are all taken, without an error', async () => {
      expect(await prometheus.api.targets()).toEqual(
        workers.all.map(() => ({ url: expect.any(String) as string, health: 'up', lastError: '' })),
      );
      expect(await prometheus.api.query('up == 1')).toHaveLength(workers.all.length);
      expect(prometheus.output()).not.toMatch(/level=(warn|error)/);
    });

    it('have less than 1500 series each', async () => {
      const most = await prometheus.api.query('max(max_over_time(scrape_samples_scraped[1m]))');
      expect(most[0]?.points[0]?.[1]).toBeLessThan(1500);
      expect(most[0]?.points[0]?.[1]).toBeGreaterThan(500);
    });
  });

  describe('every query of the dashboards', () => {
    it('is read', () => {
      expect(new Set(queries.map(({ dashboard }) => dashboard)).size).toBeGreaterThanOrEqual(4);
    });

    it('stands for itself: nothing fills in a number where there is none', () => {
      expect(queries.filter(({ expr }) => /\bor\s+(on\s*\(\)\s*)?vector\s*\(/.test(expr))).toEqual([]);
    });

    it.each(queries.map((query) => ({ ...query, name: nameOf(query) })))('has data: $name', async (query) => {
      const series = await ask(query);
      lines.push(shown(query, series));
      const values = series.flatMap(({ points }) => points.map(([, value]) => value));
      const { expr } = query;
      // Listed as empty here, it must be: the list would otherwise hide a panel that has begun to work.
      expect({ expr, hasData: values.some(Number.isFinite) }).toEqual({
        expr,
        hasData: emptyHere(query) === undefined,
      });
      expect(values.filter((value) => Math.abs(value) === Infinity)).toEqual([]);
    });

    it.each(rises)('follows the plant: $panel $ref', async (move) => {
      const found = queries.filter((query) => isOf(query, move));
      expect(found.length).toBeGreaterThan(0);
      const means = await Promise.all(
        [traffic.light, traffic.heavy].map(async (span) => {
          const [query] = found;
          const series = query === undefined ? [] : await prometheus.api.queryRange(query.expr, span, 1);
          return meanOf(series.filter(({ labels }) => matches(labels, move.labels)));
        }),
      );
      const [light, heavy] = means;
      expect(heavy).toBeGreaterThan(light ?? Number.NaN);
    });
  });

  describe('exemplars', () => {
    it.each(['job_service_seconds', 'job_total_seconds', 'job_queue_wait_seconds', 'http_request_seconds'])(
      'of %s lead to traces that the collector has',
      async (family) => {
        const exemplars = await prometheus.api.exemplars(`flyball_${family}_bucket`, whole);
        const missing = (): unknown => {
          const traces = new Set(receiver.spans.map(({ traceId }) => traceId));
          return exemplars.filter(({ labels }) => !traces.has(labels['trace_id'] ?? ''));
        };
        expect(exemplars.length).toBeGreaterThan(0);
        // Spans are sent every five seconds.
        await expect.poll(missing, { timeout: 15_000 }).toEqual([]);
      },
    );
  });

  describe('the rules', () => {
    it('evaluate without an error', async () => {
      const unknown = async () => (await prometheus.api.rules()).filter(({ health }) => health === 'unknown');
      await expect.poll(unknown, { timeout: 15_000 }).toEqual([]);
      const rules = await prometheus.api.rules();
      expect(rules.filter(({ health }) => health !== 'ok')).toEqual([]);
      expect(rules.map(({ type }) => type)).toContain('recording');
      expect(rules.map(({ type }) => type)).toContain('alerting');
    });

    it('record series that have data', async () => {
      const recorded = (await prometheus.api.rules()).filter(({ type }) => type === 'recording');
      const empty: string[] = [];
      for (const { name } of recorded) {
        const values = (await prometheus.api.query(name)).flatMap(({ points }) => points.map(([, value]) => value));
        if (!values.some(Number.isFinite)) empty.push(name);
      }
      expect(empty).toEqual([]);
    });
  });
});

function nameOf({ dashboard, kind, title, ref }: DashboardQuery): string {
  return `${dashboard} › ${kind === 'panel' ? '' : `${kind} `}${title} #${ref}`;
}

function isOf({ dashboard, title, ref, kind }: DashboardQuery, { panel, ref: wanted = 'A' }: Move): boolean {
  return kind === 'panel' && `${dashboard} › ${title}` === panel && ref === wanted;
}

function matches(labels: Series['labels'], wanted: Move['labels'] = {}): boolean {
  return Object.entries(wanted).every(([name, value]) => labels[name] === value);
}

function meanOf(series: readonly Series[]): number {
  const values = series.flatMap(({ points }) => points.map(([, value]) => value)).filter(Number.isFinite);
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
