import type { Row } from '../build/dashboard.ts';
import { eachSecond } from '../build/panel-text.ts';
import { rateBy } from '../build/promql.ts';
import { series } from '../build/selector.ts';
import { timeseries } from '../build/timeseries.ts';

/** What a model server behind the handler tells of itself; empty without one. */
export function modelServerRow(): Row {
  return { title: 'Model server', panels: [requests(), cache(), preemptions(), tokens()] };
}

function requests() {
  return timeseries({
    title: 'Requests inside the model server',
    unit: 'none',
    width: 6,
    shows: 'Requests that the model server runs, and those it holds back itself.',
    todo: 'If high: waiting ones mean the limit is above what the server batches; the strategy sees it as latency.',
    queries: [{ expr: series('backend_requests'), legend: '{{state}} {{backend}} {{instance}}' }],
  });
}

function cache() {
  return timeseries({
    title: 'KV cache in use',
    unit: 'percentunit',
    width: 6,
    max: 1,
    shows: 'Share of the key-value cache that is in use.',
    todo: 'If high: a full cache preempts requests; fewer jobs at once, or a larger cache of the server.',
    queries: [{ expr: series('backend_cache_usage_ratio'), legend: '{{backend}} {{instance}}' }],
  });
}

function preemptions() {
  return timeseries({
    title: 'Preemptions',
    unit: 'ops',
    width: 6,
    shows: 'Requests that the model server pushed out of its batch, each second.',
    todo: 'If high: their work is done twice; the cache is too small for this many jobs at once.',
    queries: [{ expr: rateBy('instance, backend', 'backend_preemptions_total'), legend: '{{backend}} {{instance}}' }],
  });
}

function tokens() {
  return timeseries({
    title: 'Tokens',
    unit: eachSecond('tokens'),
    width: 6,
    shows: 'Tokens read and generated, each second.',
    todo: 'If low: with requests running, the server is short of device or cache; see the panels beside.',
    queries: [
      { expr: rateBy('instance, backend, kind', 'backend_tokens_total'), legend: '{{kind}} {{backend}} {{instance}}' },
    ],
  });
}
