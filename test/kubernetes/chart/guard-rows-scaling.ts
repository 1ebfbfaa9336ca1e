import type { GuardRow } from './guard-rows.ts';

const boundRows: readonly GuardRow[] = [
  {
    about: 'bounds that cross',
    values: { worker: { concurrency: { min: 9, max: 4 } } },
    says: '[BOUNDS] worker.concurrency.min=9 is above max=4. Lower min or raise max.',
    passes: { worker: { concurrency: { min: 4, max: 4 } } },
  },
  {
    about: 'a lower bound above the upper one that nobody set',
    values: { worker: { concurrency: { min: 65 } } },
    says: '[BOUNDS] worker.concurrency.min=65 is above max=64. Lower min or raise max.',
    passes: { worker: { concurrency: { min: 64 } } },
  },
  {
    about: 'a start above the bounds',
    values: { worker: { concurrency: { max: 4, initial: 9 } } },
    says: '[BOUNDS] worker.concurrency.initial=9 is outside 1..4. Choose a value inside, or leave it empty.',
    passes: { worker: { concurrency: { max: 4, initial: 4 } } },
  },
  {
    about: 'a start below the bounds',
    values: { worker: { concurrency: { min: 3, initial: 2 } } },
    says: '[BOUNDS] worker.concurrency.initial=2 is outside 3..64. Choose a value inside, or leave it empty.',
    passes: { worker: { concurrency: { min: 3, initial: 3 } } },
  },
  {
    about: 'a cold pod that holds more than a warm one may',
    ci: 'keda-redis',
    values: { autoscaling: { assumedLimit: 99 } },
    says: '[ASSUMED_LIMIT] autoscaling.assumedLimit=99 is outside worker.concurrency 1..8. Choose what one warm pod holds.',
    passes: { autoscaling: { assumedLimit: 8 } },
  },
  {
    about: 'a cold pod that holds less than a warm one must',
    ci: 'keda-prometheus',
    values: { autoscaling: { assumedLimit: 1 } },
    says: '[ASSUMED_LIMIT] autoscaling.assumedLimit=1 is outside worker.concurrency 2..48. Choose what one warm pod holds.',
    passes: { autoscaling: { assumedLimit: 2 } },
  },
];

const engineRows: readonly GuardRow[] = [
  {
    about: 'fewest workers above the most',
    ci: 'hpa',
    values: { autoscaling: { minReplicas: 5 } },
    says: '[REPLICAS] autoscaling.minReplicas=5 is above maxReplicas=4. Lower one or raise the other.',
    passes: { autoscaling: { minReplicas: 4 } },
  },
  {
    about: 'fewest gateways above the most',
    ci: 'hpa',
    values: { gateway: { autoscaling: { minReplicas: 7 } } },
    says: '[REPLICAS] gateway.autoscaling.minReplicas=7 is above maxReplicas=6. Lower one or raise the other.',
    passes: { gateway: { autoscaling: { minReplicas: 6 } } },
  },
  {
    about: 'an HPA that is to reach zero',
    ci: 'hpa',
    values: { autoscaling: { minReplicas: 0 } },
    says: '[HPA_ZERO] autoscaling.engine=hpa cannot reach minReplicas=0. Use 1 or more, or engine=keda.',
    passes: { autoscaling: { minReplicas: 1 } },
  },
  {
    about: 'KEDA without a Prometheus to ask',
    ci: 'keda-prometheus',
    values: { autoscaling: { prometheus: { serverAddress: '' } } },
    says: '[PROMETHEUS_MISSING] autoscaling.prometheus.serverAddress is empty. Set it, or autoscaling.keda.mode=redis.',
    passes: { autoscaling: { prometheus: { serverAddress: '' }, keda: { mode: 'redis' } } },
  },
];

const disruptionRows: readonly GuardRow[] = [
  {
    about: 'a rollout that cannot start',
    values: { worker: { rollout: { maxSurge: 0, maxUnavailable: '0%' } } },
    says: '[ROLLOUT] worker.rollout: maxSurge and maxUnavailable are both 0, so no rollout can start. Raise one.',
    passes: { worker: { rollout: { maxSurge: 0, maxUnavailable: '10%' } } },
  },
  {
    about: 'a deadline before a pod can be ready',
    values: { worker: { rollout: { minReadySeconds: 60, progressDeadlineSeconds: 60 } } },
    says: '[ROLLOUT] worker.rollout.progressDeadlineSeconds=60 is not above minReadySeconds=60. Raise it, or set 0.',
    passes: { worker: { rollout: { minReadySeconds: 60, progressDeadlineSeconds: 61 } } },
  },
  {
    about: 'a budget of both kinds',
    values: { worker: { pdb: { minAvailable: 1 } } },
    says: '[PDB] worker.pdb: minAvailable=1 and maxUnavailable=1 exclude each other. Empty one.',
    passes: { worker: { replicaCount: 2, pdb: { minAvailable: 1, maxUnavailable: '' } } },
  },
  {
    about: 'a budget of no kind',
    values: { gateway: { pdb: { maxUnavailable: '' } } },
    says: '[PDB] gateway.pdb: minAvailable and maxUnavailable are both empty. Set one.',
    passes: { gateway: { pdb: { maxUnavailable: '', enabled: false } } },
  },
  {
    about: 'a budget that no pod may leave',
    values: { worker: { replicaCount: 2, pdb: { minAvailable: 2, maxUnavailable: '' } } },
    says: '[PDB] worker.pdb.minAvailable=2 with 2 replicas blocks every node drain. Use maxUnavailable.',
    passes: { worker: { replicaCount: 2, pdb: { minAvailable: 1, maxUnavailable: '' } } },
  },
  {
    about: 'a budget of all',
    values: { gateway: { pdb: { minAvailable: '100%', maxUnavailable: '' } } },
    says: '[PDB] gateway.pdb.minAvailable=100% with 2 replicas blocks every node drain. Use maxUnavailable.',
    passes: { gateway: { pdb: { minAvailable: '50%', maxUnavailable: '' } } },
  },
  {
    about: 'a budget of a share that is rounded up to all',
    values: { worker: { replicaCount: 3, pdb: { minAvailable: '67%', maxUnavailable: '' } } },
    says: '[PDB] worker.pdb.minAvailable=67% with 3 replicas blocks every node drain. Use maxUnavailable.',
    passes: { worker: { replicaCount: 3, pdb: { minAvailable: '66%', maxUnavailable: '' } } },
  },
  {
    about: 'a budget of the fewest that the engine leaves',
    ci: 'hpa',
    values: { worker: { replicaCount: 9, pdb: { minAvailable: 2, maxUnavailable: '' } } },
    says: '[PDB] worker.pdb.minAvailable=2 with 2 replicas blocks every node drain. Use maxUnavailable.',
    passes: { autoscaling: { minReplicas: 3 }, worker: { pdb: { minAvailable: 2, maxUnavailable: '' } } },
  },
];

export const scalingRows: readonly GuardRow[] = [...boundRows, ...engineRows, ...disruptionRows];
