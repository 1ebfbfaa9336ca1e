import { expect, it } from 'vitest';
import { BucketHistogram } from './bucket-histogram.ts';

function histogram(): BucketHistogram {
  const closed = (labels: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
    labels['outcome'] === 'ok' ? labels : { outcome: 'other' };
  return new BucketHistogram({ name: 'h', help: 'help', labelNames: ['outcome'], edges: [0.1, 1, 5], closed });
}

async function lines(of: BucketHistogram): Promise<readonly string[]> {
  const { values } = await of.get();
  return values.map(({ metricName, labels, sharedLabels, value }) => {
    return `${metricName}${JSON.stringify({ ...sharedLabels, ...labels })} ${value}`;
  });
}

it('counts a value on an edge below it, and all values in every bucket above', async () => {
  const metric = histogram();
  for (const value of [0, 0.1, 0.11, 1, 5.01]) metric.observe({ outcome: 'ok' }, value);
  expect(await lines(metric)).toEqual([
    'h_bucket{"outcome":"ok","le":"0.1"} 2',
    'h_bucket{"outcome":"ok","le":"1"} 4',
    'h_bucket{"outcome":"ok","le":"5"} 4',
    'h_bucket{"outcome":"ok","le":"+Inf"} 5',
    'h_sum{"outcome":"ok"} 6.22',
    'h_count{"outcome":"ok"} 5',
  ]);
});

it('has no series before its first value, unless told', async () => {
  const metric = histogram();
  expect(await lines(metric)).toEqual([]);
  metric.zero({ outcome: 'ok' });
  expect((await lines(metric)).at(-1)).toBe('h_count{"outcome":"ok"} 0');
});

it('puts all strangers into one series', async () => {
  const metric = histogram();
  for (let index = 0; index < 100; index += 1) metric.observe({ outcome: `odd-${index}` }, 1);
  expect((await lines(metric)).at(-1)).toBe('h_count{"outcome":"other"} 100');
  expect(await lines(metric)).toHaveLength(6);
});
