import { containersOf, type Container, type Pod } from './objects.ts';

/** Containers that the chart writes; others are the user's. */
const ours = ['worker', 'model-server', 'gateway', 'redis', 'test'];

/** Where a pod falls short of what the chart promises beyond `restricted`, as `WHERE: FIELD`. */
export function hardeningFaults(pod: Pod): readonly string[] {
  return [
    ...podFaults(pod).map((fault) => `pod: ${fault}`),
    ...containersOf(pod).flatMap((each) => containerFaults(each).map((fault) => `${each.name}: ${fault}`)),
  ];
}

const identity = { runAsUser: 10_001, runAsGroup: 10_001, fsGroup: 10_001, fsGroupChangePolicy: 'OnRootMismatch' };

function podFaults({ spec }: Pod): readonly string[] {
  const { securityContext = {} } = spec;
  return [
    ...Object.entries(identity).flatMap(([field, value]) => (securityContext[field] === value ? [] : [field])),
    ...['automountServiceAccountToken', 'enableServiceLinks'].filter((field) => spec[field] !== false),
    ...(JSON.stringify(spec.volumes ?? []).includes('"serviceAccountToken"') ? ['serviceAccountToken'] : []),
  ];
}

function containerFaults({ name, securityContext = {}, resources = {} }: Container): readonly string[] {
  const isOurs = ours.includes(name);
  return [
    ...(securityContext['readOnlyRootFilesystem'] === true ? [] : ['readOnlyRootFilesystem']),
    ...Object.keys(identity).filter((field) => field in securityContext),
    ...(isOurs && resources.limits?.['memory'] === undefined ? ['no memory limit'] : []),
    ...(isOurs && resources.limits?.['cpu'] !== undefined ? ['a CPU limit'] : []),
  ];
}
