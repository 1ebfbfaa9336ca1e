import { existsSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Sample } from '#libs/core';
import { failureOf } from '../../../../test/fixtures/metrics/failure-of.ts';
import { ignoredFamilies } from '../../../../test/fixtures/metrics/ignored-families.ts';
import { startFakeMetrics, type FakeMetrics, type MetricsPlan } from '../../../../test/doubles/fake-metrics.ts';
import { dcgmPage } from '../../../../test/doubles/fake-metrics/dcgm-page.ts';
import { tgiPage, tritonPage, vllmPage } from '../../../../test/doubles/fake-metrics/model-server-pages.ts';
import { parseExposition } from '../exposition.ts';
import { backendReadings } from './backend-metrics.ts';
import { ModelServerSource } from './model-server-source.ts';

const never = new AbortController().signal;
let metrics: FakeMetrics;

beforeEach(async () => {
  metrics = await startFakeMetrics();
});
afterEach(async () => {
  await metrics.close();
});

function read(plan: MetricsPlan): Promise<Sample> {
  metrics.show(plan);
  return new ModelServerSource({ kind: 'model-server', url: metrics.url }).read(never);
}

const values = ({ readings }: Sample): unknown => Object.fromEntries(readings.map(({ name, value }) => [name, value]));
const whys = ({ missing }: Sample): unknown => Object.fromEntries(missing.map(({ name, why }) => [name, why]));

describe('vLLM', () => {
  const engine = { running: 3, waiting: 5, cache: 0.25, preemptions: 2, promptTokens: 900, generatedTokens: 400 };

  it('tells everything there is', async () => {
    const sample = await read(vllmPage([engine]));
    expect(values(sample)).toEqual({
      'backend.cache': 0.25,
      'backend.requests.running': 3,
      'backend.requests.waiting': 5,
      'backend.preemptions': 2,
      'backend.tokens.prompt': 900,
      'backend.tokens.generated': 400,
    });
    expect(sample).toMatchObject({ backend: 'vllm', missing: [] });
    expect(metrics.requests[0]?.path).toBe('/metrics');
  });

  it('adds up engines and models, and tells the fullest cache', async () => {
    const other = { ...engine, running: 4, cache: 0.75, model: 'invented/adapter' };
    expect(values(await read(vllmPage([engine, other])))).toMatchObject({
      'backend.cache': 0.75,
      'backend.requests.running': 7,
      'backend.requests.waiting': 10,
      'backend.tokens.prompt': 1800,
    });
  });

  it('tells its cache under its older name too', async () => {
    const page = vllmPage([engine], { cacheName: 'vllm:gpu_cache_usage_perc' });
    expect(values(await read(page))).toMatchObject({ 'backend.cache': 0.25 });
  });

  it('keeps 0', async () => {
    expect(values(await read(vllmPage([{ running: 0, waiting: 0, cache: 0 }])))).toMatchObject({
      'backend.cache': 0,
      'backend.requests.running': 0,
      'backend.requests.waiting': 0,
    });
  });

  it.each(['NaN', '+Inf'])(
    'lacks what is %s, also of one engine of two, and what is not on the page',
    async (value) => {
      const sample = await read(
        vllmPage([
          { running: 3, cache: value },
          { running: value, cache: 0.5 },
        ]),
      );
      expect(values(sample)).toEqual({});
      expect(whys(sample)).toMatchObject({
        'backend.cache': 'not-exported',
        'backend.requests.running': 'not-exported',
        'backend.requests.waiting': 'not-exported',
        'backend.tokens.prompt': 'not-exported',
      });
    },
  );

  it('passes a counter on that went back: it was started again', async () => {
    const source = new ModelServerSource({ kind: 'model-server', url: `${metrics.url}/metrics` });
    metrics.show((request) => vllmPage([{ generatedTokens: request === 1 ? 400 : 7 }]));
    expect(values(await source.read(never))).toEqual({ 'backend.tokens.generated': 400 });
    expect(values(await source.read(never))).toEqual({ 'backend.tokens.generated': 7 });
  });
});

describe('TGI', () => {
  it('tells its queue and its batch, and has no more to tell', async () => {
    const sample = await read(tgiPage({ queue: 6, batch: 8 }));
    expect(sample.backend).toBe('tgi');
    expect(values(sample)).toEqual({ 'backend.requests.waiting': 6, 'backend.requests.running': 8 });
    expect(whys(sample)).toEqual({
      'backend.cache': 'not-supported',
      'backend.preemptions': 'not-supported',
      'backend.tokens.prompt': 'not-supported',
      'backend.tokens.generated': 'not-supported',
    });
  });
});

describe('Triton', () => {
  it('tells what is pending, of all models, and not what runs', async () => {
    const sample = await read(
      tritonPage([
        { model: 'a', pending: 2 },
        { model: 'b', pending: 3 },
      ]),
    );
    expect(sample.backend).toBe('triton');
    expect(values(sample)).toEqual({ 'backend.requests.waiting': 5 });
    expect(whys(sample)).toMatchObject({
      'backend.requests.running': 'not-exported',
      'backend.tokens.prompt': 'not-supported',
    });
  });

  it('tells the queue, the batch and the cache of TensorRT-LLM where that runs in it', async () => {
    const tensorrt = { waiting: 4, scheduled: 6, cache: 0.6 };
    expect(values(await read(tritonPage([{ model: 'a', pending: 0, tensorrt }])))).toEqual({
      'backend.cache': 0.6,
      'backend.requests.running': 6,
      'backend.requests.waiting': 4,
    });
  });

  it('tells those of vLLM where that runs in it, and its own of the others', async () => {
    const sample = await read(tritonPage([{ model: 'a', pending: 2 }]) + vllmPage([{ running: 3, cache: 0.5 }]));
    expect(sample.backend).toBe('vllm');
    expect(values(sample)).toEqual({
      'backend.cache': 0.5,
      'backend.requests.running': 3,
      'backend.requests.waiting': 2,
    });
  });
});

describe('a page that is not understood', () => {
  it.each([
    [
      'an exporter of devices',
      dcgmPage([{ uuid: 'GPU-11111111-aaaa-4bbb-8ccc-0123456789ab' }]),
      'vllm:, tgi_, nv_inference_',
    ],
    ['an empty one', '', 'empty'],
    ['HTML', '<html>\n', 'line 1'],
  ])('fails as parse: %s', async (_, page, message) => {
    expect(await failureOf(() => read(page))).toEqual({
      result: 'parse',
      message: expect.stringContaining(message),
      next: expect.any(String),
    });
  });

  it.each<[string, MetricsPlan]>([
    ['a failure', { body: '', status: 500 }],
    ['a page that breaks off', { body: vllmPage([{ running: 1 }]), ending: 'cut' }],
  ])('fails as error: %s', async (_, plan) => {
    expect(await failureOf(() => read(plan))).toMatchObject({ result: 'error' });
  });
});

describe('a real page of vLLM', () => {
  const file = new URL('../../../../../shared/data/vllm/vllm__qwen2.5-0.5b__kops-2026-03.prom', import.meta.url);

  it.skipIf(!existsSync(file))('is read whole, and holds no metric that was not thought about', async () => {
    const page = readFileSync(file, 'utf8');
    const sample = await read(page);
    expect(sample).toMatchObject({ backend: 'vllm', missing: [] });
    expect(sample.readings).toHaveLength(6);
    const known = new Set(
      Object.values(backendReadings).flatMap(({ metrics }) => (metrics.vllm ?? []).map(({ name }) => name)),
    );
    const unknown = parseExposition(page).filter(({ name }) => !known.has(name) && !isIgnored(name));
    expect(unknown).toEqual([]);
  });

  function isIgnored(name: string): boolean {
    const family = name.replace(/(_total)?(_bucket|_count|_sum|_created)?$/, '');
    return name.endsWith('_created') || ignoredFamilies.has(name) || ignoredFamilies.has(family);
  }
});
