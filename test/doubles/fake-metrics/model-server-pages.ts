import { expositionText, type Series } from './exposition-text.ts';

type Value = number | string;

export interface VllmEngine {
  readonly running?: Value;
  readonly waiting?: Value;
  /** Share, 0..1. */
  readonly cache?: Value;
  readonly preemptions?: Value;
  readonly promptTokens?: Value;
  readonly generatedTokens?: Value;
  readonly model?: string;
}

export interface VllmPageOptions {
  /** What the cache is called: it was renamed in 2025. */
  readonly cacheName?: 'vllm:kv_cache_usage_perc' | 'vllm:gpu_cache_usage_perc';
}

/** A page of vLLM with one or more engines. A value that is not given is not on the page. */
export function vllmPage(engines: readonly VllmEngine[], options: VllmPageOptions = {}): string {
  const { cacheName = 'vllm:kv_cache_usage_perc' } = options;
  return expositionText([
    { name: 'process_start_time_seconds', value: 1.774e9 },
    ...engines.flatMap((engine, index) => {
      const labels = { engine: String(index), model_name: engine.model ?? 'invented/small' };
      return [
        ...one('vllm:num_requests_running', labels, engine.running),
        ...one('vllm:num_requests_waiting', labels, engine.waiting),
        ...one(cacheName, labels, engine.cache),
        ...counter('vllm:num_preemptions', labels, engine.preemptions),
        ...counter('vllm:prompt_tokens', labels, engine.promptTokens),
        ...counter('vllm:generation_tokens', labels, engine.generatedTokens),
        { name: 'vllm:e2e_request_latency_seconds_bucket', labels: { ...labels, le: '+Inf' }, value: 12 },
      ];
    }),
  ]);
}

/** A page of text-generation-inference. */
export function tgiPage({ queue, batch }: { readonly queue?: Value; readonly batch?: Value }): string {
  return expositionText([
    { name: 'tgi_request_count', value: 12, type: 'counter' },
    ...one('tgi_queue_size', {}, queue),
    ...one('tgi_batch_current_size', {}, batch),
  ]);
}

export interface TritonModel {
  readonly model: string;
  readonly pending?: Value;
  /** With the TensorRT-LLM backend: its own numbers. `cache`: share, 0..1. */
  readonly tensorrt?: { readonly waiting: number; readonly scheduled: number; readonly cache: number };
}

/** A page of Triton. */
export function tritonPage(models: readonly TritonModel[]): string {
  return expositionText(
    models.flatMap(({ model, pending, tensorrt }): readonly Series[] => {
      const labels = { model, version: '1' };
      return [
        { name: 'nv_inference_exec_count', labels, value: 120, type: 'counter' },
        { name: 'nv_inference_queue_duration_us', labels, value: 11_110, type: 'counter' },
        ...one('nv_inference_pending_request_count', labels, pending),
        ...tensorrtSeries(labels, tensorrt),
      ];
    }),
  );
}

function tensorrtSeries(labels: Series['labels'], values: TritonModel['tensorrt']): readonly Series[] {
  if (values === undefined) return [];
  const requests = (type: string, value: number): Series => ({
    name: 'nv_trt_llm_request_metrics',
    labels: { ...labels, request_type: type },
    value,
  });
  const name = 'nv_trt_llm_kv_cache_block_metrics';
  return [
    requests('waiting', values.waiting),
    requests('scheduled', values.scheduled),
    requests('max', 512),
    requests('active', values.waiting + values.scheduled),
    { name, labels: { ...labels, kv_cache_block_type: 'fraction' }, value: values.cache },
    { name, labels: { ...labels, kv_cache_block_type: 'max' }, value: 4096 },
  ];
}

function one(name: string, labels: Series['labels'], value: Value | undefined): readonly Series[] {
  return value === undefined ? [] : [{ name, labels: labels ?? {}, value }];
}

/** With the time it began beside it, as the Python client writes it. */
function counter(name: string, labels: Series['labels'], value: Value | undefined): readonly Series[] {
  if (value === undefined) return [];
  return [
    { name: `${name}_total`, labels: labels ?? {}, value, type: 'counter' },
    { name: `${name}_created`, labels: labels ?? {}, value: 1.774e9 },
  ];
}
