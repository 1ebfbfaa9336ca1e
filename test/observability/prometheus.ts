import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../e2e/standalone-process.ts';
import { PrometheusApi } from './prometheus-api.ts';

export interface PrometheusOptions {
  readonly targets: readonly PrometheusTarget[];
  /** Paths. */
  readonly ruleFiles?: readonly string[];
}

export interface PrometheusTarget {
  /** `http://127.0.0.1:PORT`: its `/metrics` is scraped every second. */
  readonly url: string;
  readonly labels?: Readonly<Record<string, string>>;
}

export interface RunningPrometheus {
  readonly api: PrometheusApi;
  /** What it has printed so far: warnings and errors. */
  readonly output: () => string;
  close(): Promise<void>;
}

/** The label `job` of every target. */
export const jobName = 'flyball';
export const scrapeSeconds = 1;
const readyMs = 20_000;
const stopMs = 5000;

/**
 * A real Prometheus on a free loopback port, with exemplars kept, in a folder that goes with it.
 * @throws when it exits or is not ready in time, with what it printed
 */
export async function startPrometheus(options: PrometheusOptions): Promise<RunningPrometheus> {
  const folder = mkdtempSync(join(tmpdir(), 'flyball-prometheus-'));
  const config = join(folder, 'prometheus.yml');
  writeFileSync(config, configuration(options));
  const port = await freePort();
  const child = spawn(
    'prometheus',
    [
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--enable-feature=exemplar-storage',
      '--log.level=warn',
    ],
    // One core of a machine that others use too.
    { env: { PATH: process.env['PATH'] ?? '', GOMAXPROCS: '1' }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (printed = (printed + text).slice(-100_000)));
  }
  let isOver = false;
  const exit = new Promise<void>((resolve) => {
    child.once('close', () => resolve());
    child.once('error', () => resolve());
  }).then(() => void (isOver = true));
  const close = async (): Promise<void> => {
    const kill = setTimeout(() => child.kill('SIGKILL'), stopMs);
    child.kill('SIGTERM');
    await exit;
    clearTimeout(kill);
    rmSync(folder, { recursive: true, force: true });
  };

  const api = new PrometheusApi(`http://127.0.0.1:${port}`);
  const giveUp = AbortSignal.timeout(readyMs);
  while (!(await api.isReady())) {
    if (isOver || giveUp.aborted) {
      await close();
      throw new Error(`prometheus is not ready${isOver ? ', it exited' : ` after ${readyMs / 1000} s`}:\n${printed}`);
    }
    await sleep(50);
  }
  return { api, output: () => printed, close };
}

/** JSON is YAML too. */
function configuration({ targets, ruleFiles = [] }: PrometheusOptions): string {
  return JSON.stringify({
    global: { scrape_interval: `${scrapeSeconds}s`, scrape_timeout: `${scrapeSeconds}s`, evaluation_interval: '2s' },
    storage: { exemplars: { max_exemplars: 100_000 } },
    rule_files: ruleFiles,
    scrape_configs: [
      {
        job_name: jobName,
        static_configs: targets.map(({ url, labels = {} }) => ({ targets: [new URL(url).host], labels })),
      },
    ],
  });
}
