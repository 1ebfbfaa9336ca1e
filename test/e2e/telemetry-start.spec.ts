import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { loadSettings } from '#libs/config';
import { systemClock } from '#libs/runtime';
import { builtInStrategies } from '#libs/strategies';
import { startStandalone } from '../../apps/standalone/start-standalone.ts';
import { vllmPage } from '../doubles/fake-metrics/model-server-pages.ts';
import { makeFakeNvidiaSmi, type FakeNvidiaSmi, type FakeNvidiaSmiOptions } from '../doubles/fake-nvidia-smi.ts';
import { markProcesses } from '../fixtures/marked-processes.ts';
import { buildNvmlStub } from '../fixtures/nvml/build-stub.ts';
import { freePort, startProcess, type StandaloneProcess } from './standalone-process.ts';

const handler = 'test/fixtures/handlers/many.mjs';
const noServer = 'model-server:http://127.0.0.1:9/metrics';
const stub = await buildNvmlStub();
afterAll(() => stub?.close());

const mark = markProcesses();
const isLinux = process.platform === 'linux';
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'flyball-telemetry-'));
  // In the way of a driver that this machine may have.
  mkdirSync(join(folder, 'no-driver'));
  writeFileSync(join(folder, 'no-driver', 'libnvidia-ml.so.1'), '');
});
afterEach(() => {
  for (const pid of mark.pids()) process.kill(pid, 'SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

describe('a start that needs a device', () => {
  it.runIf(isLinux)('fails where there is none, with each reason and the next step, and leaves nothing', async () => {
    const started = start({ TELEMETRY_GPU: 'nvml,nvidia-smi' });
    await expect(started).rejects.toThrow(/exited with 1/);
    await expect(started).rejects.toThrow(
      /\[TELEMETRY_UNAVAILABLE\] .*nvml: .*libnvidia-ml\.so\.1.*nvidia-smi: .* PATH.*TELEMETRY_GPU=none.*TELEMETRY_GPU=auto/,
    );
    expect(mark.pids()).toEqual([]);
  });

  it('takes the next source where the first is not here, and shows its device', async () => {
    const smi = await fakeSmi({ light: true });
    const worker = await start({ TELEMETRY_GPU: 'nvml,nvidia-smi', PATH: smi.path });
    await expect.poll(() => metric(worker, 'telemetry_active{source="nvidia-smi"}'), { timeout: 10_000 }).toBe(1);
    const gpu = 'GPU-1a000000-0535-4a00-8000-000000000001';
    expect(await metric(worker, `gpu_info{gpu="${gpu}"`)).toBe(1);
    expect(await metric(worker, `gpu_memory_total_bytes{gpu="${gpu}"}`)).toBe(16_384 * 2 ** 20);
    expect(await metric(worker, `gpu_memory_used_bytes{gpu="${gpu}"}`)).toBe(12_288 * 2 ** 20);
    expect(await metric(worker, `gpu_utilization_ratio{gpu="${gpu}"}`)).toBe(0.45);
    expect(await metric(worker, 'telemetry_up{source="nvml"}')).toBe(0);
    expect(await metric(worker, 'telemetry_up{source="nvidia-smi"}')).toBe(1);
    expect(await worker.stop()).toBe(0);
    expect(mark.pids()).toEqual([]);
  });

  it('loads what reads devices in the probe alone', async () => {
    const watch = `import { registerHooks } from 'node:module';
      const watched = /^(koffi|xml2js|node-nvidia-smi|systeminformation|pino)$/;
      const resolve = (name, context, next) => (watched.test(name) && console.log('loads ' + name), next(name, context));
      registerHooks({ resolve });`;
    const smi = await fakeSmi({ light: true });
    const worker = await start({
      TELEMETRY_GPU: 'nvml,nvidia-smi',
      PATH: smi.path,
      // Of the worker alone: the probe does not get it.
      NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(watch)}`,
    });
    await expect.poll(() => metric(worker, 'telemetry_active{source="nvidia-smi"}'), { timeout: 10_000 }).toBe(1);
    await worker.stop();
    expect(new Set(worker.output().match(/^loads .*/gm))).toEqual(new Set(['loads pino']));
  });

  it('fails for a model server that does not answer', async () => {
    const started = start({ TELEMETRY_GPU: noServer });
    await expect(started).rejects.toThrow(/exited with 1[\s\S]*TELEMETRY_UNAVAILABLE.*model-server: .*ECONNREFUSED/);
    expect(mark.pids()).toEqual([]);
  });

  it('waits for a model server that is the handler itself, and says so', async () => {
    const port = await freePort();
    const url = `http://127.0.0.1:${await freePort()}`;
    const starting = start({ TELEMETRY_GPU: `model-server:${url}/metrics`, PORT: String(port) }, url);
    const here = { url: `http://127.0.0.1:${port}` };
    const failed = () => metric(here, 'telemetry_collections_total{source="model-server",result="error"}');
    await expect.poll(failed, { timeout: 10_000 }).toBeGreaterThanOrEqual(3);
    const server = createServer((_, response) => response.end(vllmPage([{ running: 3, waiting: 7, cache: 0.42 }])));
    server.listen(Number(new URL(url).port), '127.0.0.1');
    onTestFinished(() => void server.close());
    const worker = await starting;
    expect(linesOf(worker, 'telemetry-waits')).toMatchObject([{ level: 'warn' }]);
    await expect.poll(() => metric(here, 'telemetry_active{source="model-server"}'), { timeout: 10_000 }).toBe(1);
    await worker.stop();
  });
});

it('starts without a device when it is to find one itself, and says nothing but where it looked', async () => {
  const worker = await start({ TELEMETRY_GPU: 'auto' });
  await expect.poll(() => linesOf(worker, 'no-telemetry').length, { timeout: 10_000 }).toBe(1);
  expect(worker.output()).not.toMatch(/"level":"(warn|error)"/);
  expect(await metric(worker, 'telemetry_up{source="host"}')).toBe(1);
  expect(await worker.stop()).toBe(0);
});

describe('a source that fails', () => {
  it('is told of once, and once when it is back', async () => {
    const smi = await fakeSmi({ play: 'ok*3,exit:9' });
    const worker = await start({ TELEMETRY_GPU: 'nvidia-smi', PATH: smi.path });
    await expect.poll(() => linesOf(worker, 'telemetry-none').length, { timeout: 10_000 }).toBe(1);
    // Jobs need no telemetry.
    expect((await fetch(`${worker.url}/readyz`)).status).toBe(200);
    smi.play('ok');
    await expect.poll(() => linesOf(worker, 'telemetry-answers').length, { timeout: 10_000 }).toBe(1);
    await worker.stop();
    const told = ['telemetry-failed', 'telemetry-none', 'telemetry-answers'].map((event) => linesOf(worker, event));
    expect(told.map((lines) => lines.length)).toEqual([1, 1, 1]);
    expect(told[0]).toMatchObject([{ level: 'warn', source: 'nvidia-smi', result: 'exit' }]);
    expect(linesOf(worker, 'telemetry-source').map(({ cause }) => cause)).toEqual(['start', 'recovered']);
  });
});

describe.runIf(isLinux)('the end of a worker whose driver hangs', () => {
  it('comes in order at SIGTERM, and takes a command along that ignores it', async () => {
    const smi = await fakeSmi({ play: 'ok*2,hang-hard' });
    const worker = await start({ TELEMETRY_GPU: 'nvidia-smi', PATH: smi.path });
    await expect.poll(() => smi.calls().length, { timeout: 10_000 }).toBeGreaterThan(2);
    const told = performance.now();
    expect(await worker.stop()).toBe(0);
    expect(performance.now() - told).toBeLessThan(4000);
    expect(mark.pids()).toEqual([]);
  });

  it('does not wait for the driver when it was only starting', async () => {
    const smi = await fakeSmi({ play: 'hang-hard' });
    const starting = start({ TELEMETRY_GPU: 'nvidia-smi', PATH: smi.path });
    const ended = starting.then(() => 'it started', String);
    await expect.poll(() => smi.calls().length, { timeout: 10_000 }).toBe(1);
    const told = performance.now();
    const worker = mark.pids().find((pid) => readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes('main.js'));
    process.kill(worker ?? 0, 'SIGTERM');
    expect(await ended).toMatch(/exited with 0/);
    expect(performance.now() - told).toBeLessThan(4000);
    expect(mark.pids()).toEqual([]);
  });

  it('leaves neither probe nor command at kill -9', async () => {
    const smi = await fakeSmi({ play: 'ok*2,hang-hard' });
    const worker = await start({ TELEMETRY_GPU: 'nvidia-smi', PATH: smi.path });
    await expect.poll(() => smi.calls().length, { timeout: 10_000 }).toBeGreaterThan(2);
    await expectNothingAfterKill(worker);
  });

  it.skipIf(stub === undefined)(
    'leaves no probe at kill -9 whose call never returns (needs a C compiler)',
    async () => {
      const settings = join(folder, 'settings');
      writeFileSync(settings, '');
      const worker = await start({
        TELEMETRY_GPU: 'nvml',
        LD_LIBRARY_PATH: stub?.folder ?? '',
        NVML_STUB_FILE: settings,
      });
      const age = () => metric(worker, 'telemetry_sample_age_seconds{source="nvml"}');
      await expect.poll(age, { timeout: 10_000 }).toBeDefined();
      writeFileSync(settings, 'hang=60\n');
      // Too old to be acted on.
      await expect.poll(age, { timeout: 10_000 }).toBeUndefined();
      await expectNothingAfterKill(worker);
    },
  );
});

describe('a device that was there and is gone', () => {
  it.each([
    ['exit', true],
    ['hold', false],
  ])('TELEMETRY_GPU_LOST=%s asks for an end after a minute: %s', async (lost, asks) => {
    const smi = await fakeSmi({ play: 'ok*2,exit:15' });
    const environment = { ...environmentOf({ PATH: smi.path, TELEMETRY_GPU: 'nvidia-smi' }), TELEMETRY_GPU_LOST: lost };
    const settings = loadSettings(
      { ...environment, PORT: String(await freePort()) },
      { strategies: builtInStrategies, overrides: {} },
    );
    const clock = systemClock();
    let skipped = 0;
    const told: string[] = [];
    const running = await startStandalone(settings, {
      handler,
      strategies: builtInStrategies,
      environment: { ...process.env, ...environment },
      clock: { now: () => clock.now() + skipped, wall: () => clock.wall() },
      onEvent: (event) => {
        if (event.type === 'source-switched') told.push(`${event.cause} ${event.source ?? 'none'}`);
        if (event.type === 'collection' && event.source !== 'host') told.push(event.result);
      },
    });
    onTestFinished(() => running.stop());
    let ended = false;
    void running.deviceLost.then(() => (ended = true));
    await expect.poll(() => told.at(-1), { timeout: 10_000 }).toBe('failed none');
    const before = told.length;
    // A minute later, as far as the worker can tell.
    skipped = 61_000;
    await expect.poll(() => told.slice(before), { timeout: 10_000 }).toContain('exit');
    expect(ended).toBe(asks);
  });
});

async function expectNothingAfterKill(worker: StandaloneProcess): Promise<void> {
  expect(mark.pids().length).toBeGreaterThan(1);
  await worker.stop('SIGKILL');
  await expect.poll(() => mark.pids(), { timeout: 2000 }).toEqual([]);
}

function start(environment: Readonly<Record<string, string>>, what = handler): Promise<StandaloneProcess> {
  return startProcess(what, environmentOf(environment));
}

/** Of a machine without a device, but for what a test puts there. */
function environmentOf({ PATH = folder, ...more }: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return {
    // `sh`, for the package that starts nvidia-smi; where a real one lies beside it, the fake one comes first.
    PATH: existsSync('/bin/nvidia-smi') ? PATH : `${PATH}:/bin`,
    LD_LIBRARY_PATH: join(folder, 'no-driver'),
    QUEUE_URL: `sqlite:${join(folder, 'queue.db')}`,
    TELEMETRY_INTERVAL: '100ms',
    DRAIN_TIMEOUT: '0s',
    ...mark.environment,
    ...more,
  };
}

async function fakeSmi(options: FakeNvidiaSmiOptions): Promise<FakeNvidiaSmi> {
  const smi = await makeFakeNvidiaSmi(options);
  onTestFinished(() => smi.close());
  return smi;
}

/** The value of the first series that begins so; undefined without one, and before anything answers. */
async function metric({ url }: Pick<StandaloneProcess, 'url'>, series: string): Promise<number | undefined> {
  const text = await fetch(`${url}/metrics`).then((answer) => answer.text(), String);
  const line = text.split('\n').find((each) => each.startsWith(`flyball_${series}`));
  return line === undefined ? undefined : Number(line.slice(line.lastIndexOf(' ') + 1));
}

function linesOf(worker: StandaloneProcess, event: string): readonly Readonly<Record<string, unknown>>[] {
  return worker
    .output()
    .split('\n')
    .filter((line) => line.includes(`"event":"${event}"`))
    .map((line): Readonly<Record<string, unknown>> => JSON.parse(line));
}
