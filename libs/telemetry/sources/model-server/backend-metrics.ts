import type { ReadingName, Sample } from '#libs/core';

export type Backend = NonNullable<Sample['backend']>;

/** How the names of each server's metrics begin. */
export const backendPrefixes: Readonly<Record<Backend, readonly string[]>> = {
  vllm: ['vllm:'],
  tgi: ['tgi_'],
  triton: ['nv_inference_', 'nv_trt_llm_'],
};

export interface BackendMetric {
  readonly name: string;
  /** Only the series with this label. */
  readonly where?: readonly [label: string, value: string];
}

export interface BackendReading {
  readonly reading: ReadingName;
  /** Of the series of several engines or models. */
  readonly combine: 'sum' | 'maximum';
  /** What each server calls it, the best first. A server not named does not tell. */
  readonly metrics: Readonly<Partial<Record<Backend, readonly BackendMetric[]>>>;
}

const requestsOf = (type: string): BackendMetric => ({
  name: 'nv_trt_llm_request_metrics',
  where: ['request_type', type],
});

/**
 * vLLM: `_perc` is a share, 0..1. Triton counts what waits before its own scheduler; the TensorRT-LLM backend has a queue
 * of its own behind it, which is the one that fills. Triton tells how many are executed, not how many are running.
 */
export const backendReadings: readonly BackendReading[] = [
  {
    reading: 'backend.cache',
    combine: 'maximum',
    metrics: {
      vllm: [{ name: 'vllm:kv_cache_usage_perc' }, { name: 'vllm:gpu_cache_usage_perc' }],
      triton: [{ name: 'nv_trt_llm_kv_cache_block_metrics', where: ['kv_cache_block_type', 'fraction'] }],
    },
  },
  {
    reading: 'backend.requests.running',
    combine: 'sum',
    metrics: {
      vllm: [{ name: 'vllm:num_requests_running' }],
      tgi: [{ name: 'tgi_batch_current_size' }],
      triton: [requestsOf('scheduled')],
    },
  },
  {
    reading: 'backend.requests.waiting',
    combine: 'sum',
    metrics: {
      vllm: [{ name: 'vllm:num_requests_waiting' }],
      tgi: [{ name: 'tgi_queue_size' }],
      triton: [requestsOf('waiting'), { name: 'nv_inference_pending_request_count' }],
    },
  },
  { reading: 'backend.preemptions', combine: 'sum', metrics: { vllm: [{ name: 'vllm:num_preemptions_total' }] } },
  { reading: 'backend.tokens.prompt', combine: 'sum', metrics: { vllm: [{ name: 'vllm:prompt_tokens_total' }] } },
  {
    reading: 'backend.tokens.generated',
    combine: 'sum',
    metrics: { vllm: [{ name: 'vllm:generation_tokens_total' }] },
  },
];
