import type { ReleaseFacts } from '#libs/dashboards';
import type { RenderOptions } from './helm.ts';

const facts: ReleaseFacts = {
  selector: 'namespace="ns",release="r",queue="r"',
  labels: { namespace: 'ns', release: 'r' },
  leastCapacityJobs: 2,
  assumedCapacityJobs: 4,
  capacityWindow: '5m',
  targetUtilization: 0.8,
  worker: 'r-flyball-worker',
  maxReplicas: 6,
};
const others = { capacityWindow: '90s', targetUtilization: 0.65, assumedLimit: 7, maxReplicas: 12 };

/** Renders, and what their rules have to know. */
export const releases: readonly (readonly [about: string, RenderOptions, ReleaseFacts])[] = [
  ['under KEDA', { ci: 'keda-prometheus' }, facts],
  ['under an HPA', { ci: 'hpa' }, { ...facts, leastCapacityJobs: 1, maxReplicas: 4 }],
  [
    'of other numbers',
    { ci: 'keda-prometheus', values: { autoscaling: others, worker: { concurrency: { min: '' } } } },
    { ...facts, ...others, assumedCapacityJobs: 7, leastCapacityJobs: 1 },
  ],
  [
    'with a selector of the user',
    { ci: 'keda-prometheus', values: { endpoint: 'OCR', monitoring: { selector: 'job=~"a: b|c #d"' } } },
    { ...facts, selector: 'job=~"a: b|c #d"' },
  ],
  [
    'with names that YAML takes for numbers',
    { ci: 'keda-prometheus', release: '0.1e3', namespace: '123', values: { fullnameOverride: '0x10' } },
    {
      ...facts,
      selector: 'namespace="123",release="0.1e3",queue="0-1e3"',
      labels: { namespace: '123', release: '0.1e3' },
      worker: 'r-0x10-worker',
    },
  ],
];
