import { desiredQuery, releaseRules, type ReleaseFacts } from '#libs/dashboards';
import { parse } from 'yaml';

/** As a reader knows the facts: by the names of the values. */
const facts: ReleaseFacts = {
  selector: 'SELECTOR',
  labels: { namespace: 'NAMESPACE', release: 'RELEASE' },
  leastCapacityJobs: 'MIN',
  assumedCapacityJobs: 'ASSUMED',
  capacityWindow: '5m',
  targetUtilization: '0.8',
  worker: 'WORKER',
  maxReplicas: 'MAX',
};

interface Rule {
  readonly record?: string;
  readonly expr: string;
}

/** What the workers are scaled by, as PromQL, for the chart's README. */
export function expressionsText(): string {
  const { groups } = parse(releaseRules(facts)) as { readonly groups: readonly { readonly rules: readonly Rule[] }[] };
  const recorded = groups.flatMap(({ rules }) => rules.filter(({ record }) => record !== undefined));
  const texts = recorded.map(({ record, expr }) => `# ${record}\n${expr}`);
  return [
    '```promql',
    ...texts,
    '# the query of KEDA: the last one, with the first two in it',
    desiredQuery(facts),
    '```',
    '',
  ].join('\n');
}
