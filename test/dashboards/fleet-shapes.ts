import { bucketEdges, families } from '#libs/observability';
import type { Family, LabelValues } from '../../libs/observability/family.ts';

/** What one may run Flyball on, and how often. */
export interface FleetShape {
  readonly about: string;
  readonly workers: number;
  readonly gpus: number;
  /** GPU instances of each device. */
  readonly slices?: number;
}

export const shapes: readonly FleetShape[] = [
  { about: 'a worker without a GPU', workers: 1, gpus: 0 },
  { about: 'a worker with one GPU', workers: 1, gpus: 1 },
  { about: 'a worker with eight GPUs', workers: 1, gpus: 8 },
  { about: 'a worker on devices cut up by MIG', workers: 1, gpus: 2, slices: 2 },
  { about: 'fifty workers with two GPUs each', workers: 50, gpus: 2 },
];

type Labels = Readonly<Record<string, string>>;

/** Every family of the catalogue, as each worker of the fleet would show it: two values of each closed label. */
export function seriesOfFleet(shape: FleetShape): readonly string[] {
  const instances = Array.from({ length: shape.workers }, (_, index) => `w${index}:8080`);
  return instances.flatMap((instance) => {
    const target = { job: 'flyball', instance };
    const own = Object.entries(families).flatMap(([name, family]: [string, Family]) =>
      combinations(family, shape).flatMap((labels) => partsOf(`flyball_${name}`, family, { ...target, ...labels })),
    );
    return [...own, ...foreign.map((name) => written(name, target))];
  });
}

const foreign = [
  'up',
  'process_start_time_seconds',
  'process_cpu_seconds_total',
  'process_resident_memory_bytes',
  'nodejs_heap_size_used_bytes',
];

function combinations({ labels }: Family, shape: FleetShape): readonly Labels[] {
  let all: readonly Labels[] = [{}];
  for (const [label, values] of Object.entries(labels)) {
    const possible = valuesOf(label, values, shape);
    all = all.flatMap((each) => possible.map((value) => ({ ...each, [label]: value })));
  }
  return all;
}

function valuesOf(label: string, values: LabelValues, { gpus, slices = 0 }: FleetShape): readonly string[] {
  if (label === 'gpu') return Array.from({ length: gpus }, (_, index) => `GPU-${index}`);
  if (label === 'gpu_instance') return slices === 0 ? [''] : Array.from({ length: slices }, (_, index) => `${index}`);
  if (label === 'queue') return ['main'];
  if (values === 'source') return ['nvml', 'host'];
  return typeof values === 'string' ? ['one'] : values.slice(0, 2);
}

function partsOf(name: string, { buckets }: Family, labels: Labels): readonly string[] {
  if (buckets === undefined) return [written(name, labels)];
  const edges = ['1', String(bucketEdges[buckets].at(-1)), '+Inf'];
  return [
    written(`${name}_sum`, labels),
    written(`${name}_count`, labels),
    ...new Set(edges.map((le) => written(`${name}_bucket`, { ...labels, le }))),
  ];
}

function written(name: string, labels: Labels): string {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  return `${name}{${pairs.join(',')}}`;
}
