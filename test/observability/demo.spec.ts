import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { builtInStrategies } from '#libs/strategies';
import { acts, type Act } from '../../apps/cli/demo/acts.ts';
import { demoSettings } from '../../apps/cli/demo/demo-settings.ts';
import { startReceiver, type Receiver } from '../../apps/cli/demo/receiver.ts';
import { runDemo } from '../../apps/cli/demo/run-demo.ts';
import { startStandalone } from '../../apps/standalone/start-standalone.ts';
import { freePort } from '../e2e/standalone-process.ts';
import { queriesOf, readDashboards, type DashboardQuery } from './dashboard-queries.ts';
import { lackedByDemo } from './demo-lacks.ts';
import { emptyHere } from './may-be-empty.ts';
import { startPrometheus, type RunningPrometheus } from './prometheus.ts';
import type { Span } from './prometheus-api.ts';
import { ruleFiles } from './rule-files.ts';

const hasPrometheus = spawnSync('prometheus', ['--version']).status === 0;
const queries = readDashboards()
  .flatMap((dashboard) => queriesOf(dashboard))
  .filter(({ kind }) => kind === 'panel');

describe.skipIf(!hasPrometheus)('a Prometheus beside the demo, its acts cut short (skipped without prometheus)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'flyball-demo-'));
  let receiver: Receiver;
  let prometheus: RunningPrometheus;
  let whole: Span;
  let told = '';

  beforeAll(async () => {
    receiver = await startReceiver();
    // The exporter reads it itself.
    vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', receiver.url);
    const port = await freePort();
    prometheus = await startPrometheus({ targets: [{ url: `http://127.0.0.1:${port}` }], ruleFiles: ruleFiles() });
    const settings = demoSettings(folder, { PORT: String(port) });
    const from = Date.now() / 1000;
    await runDemo({
      write: (text) => (told += text),
      canvas: { columns: 100, colour: false },
      signal: new AbortController().signal,
      strategy: settings.concurrency.strategy,
      webhook: `${receiver.url}/webhook`,
      acts: acts.map(short),
      start: (parts) =>
        startStandalone(settings, { ...parts, strategies: builtInStrategies, environment: process.env }),
    });
    whole = { from, to: Date.now() / 1000 };
  }, 60_000);

  afterAll(async () => {
    vi.unstubAllEnvs();
    await prometheus?.close();
    await receiver?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Label sets of the series that were ever above 0. */
  const seen = async (expr: string): Promise<readonly Readonly<Record<string, string>>[]> => {
    const series = await prometheus.api.queryRange(expr, whole, 1);
    return series.filter(({ points }) => points.some(([, value]) => value > 0)).map(({ labels }) => labels);
  };

  it('sees three reasons, a bound and two changes of the mode', async () => {
    const reasons = await seen('sum by (reason) (flyball_decisions_total)');
    expect(reasons.length).toBeGreaterThanOrEqual(3);
    expect(await seen('flyball_bound_active')).toContainEqual(expect.objectContaining({ bound: 'max' }));
    const modes = await seen('changes(flyball_controller_mode[1m])');
    expect(modes.map(({ mode }) => mode)).toEqual(expect.arrayContaining(['auto', 'override']));
  });

  it('sees webhooks that are taken, spans that go out, and exemplars', async () => {
    const webhooks = await seen('flyball_webhook_deliveries_total');
    expect(webhooks.map(({ result }) => result)).toEqual(['accepted']);
    expect(await seen('flyball_spans_total')).toContainEqual(expect.objectContaining({ result: 'exported' }));
    const exemplars = await prometheus.api.exemplars('flyball_job_service_seconds_bucket', whole);
    expect(exemplars.length).toBeGreaterThan(0);
  });

  it('fills every panel but those that are reviewed', async () => {
    const expected = queries.filter((query) => nameOf(query) in lackedByDemo || emptyHere(query) !== undefined);
    const empty: DashboardQuery[] = [];
    for (const query of queries) {
      const series = await prometheus.api.queryRange(query.expr, whole, 1);
      if (!series.some(({ points }) => points.some(([, value]) => Number.isFinite(value)))) empty.push(query);
    }
    expect(empty.map(nameOf)).toEqual(expected.map(nameOf));
    const names = new Set(queries.map(nameOf));
    expect(Object.keys(lackedByDemo).filter((name) => !names.has(name))).toEqual([]);
  });

  it('sees a handler that is up', async () => {
    const [series] = await prometheus.api.query('last_over_time(flyball_handler_up[1m])', whole.to);
    expect(series?.points.at(-1)?.[1]).toBe(1);
  });

  it('is told in words what it saw', () => {
    expect(told).toContain('set by hand');
    expect(told).toContain('wants more: is at max');
    expect(told).toMatch(/A person had the say for [34] of the seconds, and CONCURRENCY_MAX for [1-9]/);
  });
});

function nameOf({ dashboard, title, ref }: DashboardQuery): string {
  return `${dashboard} › ${title} #${ref}`;
}

const seconds: Readonly<Record<string, number>> = { ramp: 5, knee: 6, 'memory cliff': 6 };

function short(act: Act): Act {
  const { order } = act;
  return { ...act, seconds: seconds[act.title] ?? 14, ...(order && { order: { ...order, after: 1, seconds: 4 } }) };
}
