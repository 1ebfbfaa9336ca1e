import type { GuardRow } from './guard-rows.ts';

/** A variable that has two homes, of which one would win silently. */
export const ownedRows: readonly GuardRow[] = [
  {
    about: 'a variable that has a value of its own',
    values: { worker: { settings: { CONCURRENCY_MAX: '9' } } },
    says: '[SETTING_OWNED] worker.settings.CONCURRENCY_MAX belongs to worker.concurrency.max. Set it there.',
    passes: { worker: { settings: { CONCURRENCY_DRY_RUN: 'true' }, concurrency: { max: 9 } } },
  },
  {
    about: 'a rule of the queue for the gateway alone',
    values: { gateway: { settings: { QUEUE_LIMIT: '9' } } },
    says: '[SETTING_OWNED] gateway.settings.QUEUE_LIMIT belongs to worker.settings.QUEUE_LIMIT, which both get. Set it there.',
    passes: { worker: { settings: { QUEUE_LIMIT: '9' } } },
  },
  {
    about: 'the same by way of the environment',
    values: {
      worker: { settings: { QUEUE_LIMIT: '9' } },
      gateway: { extra: { env: [{ name: 'QUEUE_LIMIT', value: '8' }] } },
    },
    says: '[SETTING_OWNED] gateway.extra.env has QUEUE_LIMIT, which belongs to worker.settings. Set it there.',
    passes: {
      worker: { settings: { QUEUE_LIMIT: '9' } },
      gateway: { extra: { env: [{ name: 'MODEL', value: 'm' }] } },
    },
  },
  {
    about: 'a variable that has a value of its own, in the environment',
    values: { gateway: { extra: { env: [{ name: 'ENDPOINT_ID', value: 'ocr' }] } } },
    says: '[SETTING_OWNED] gateway.extra.env has ENDPOINT_ID, which belongs to endpoint. Set it there.',
    passes: { endpoint: 'ocr' },
  },
  {
    about: 'a variable twice',
    values: { worker: { settings: { LOG_LEVEL: 'info' }, extra: { env: [{ name: 'LOG_LEVEL', value: 'debug' }] } } },
    says: '[SETTING_OWNED] worker.extra.env has LOG_LEVEL, which belongs to worker.settings. Set it there.',
    passes: { worker: { extra: { env: [{ name: 'LOG_LEVEL', value: 'debug' }] } } },
  },
  {
    about: 'a container beside the worker that would see every GPU',
    values: { worker: { extra: { containers: [beside('NVIDIA_VISIBLE_DEVICES')] } } },
    says: '[GPU_OWNER] worker.extra.containers sets NVIDIA_VISIBLE_DEVICES. Remove it: a container that asks for no GPU sees none.',
    passes: { worker: { extra: { containers: [beside('NVIDIA_DRIVER_CAPABILITIES')] } } },
  },
  {
    about: 'a model server whose capabilities are said twice',
    ci: 'model-server',
    values: { worker: { modelServer: { container: { env: [{ name: 'NVIDIA_DRIVER_CAPABILITIES', value: 'all' }] } } } },
    says: '[SETTING_OWNED] worker.modelServer.container.env has NVIDIA_DRIVER_CAPABILITIES, which belongs to worker.gpu.driverCapabilities. Set it there.',
    passes: { worker: { gpu: { driverCapabilities: 'compute,utility,video' } } },
  },
  {
    about: 'a model server that would see every GPU',
    ci: 'model-server',
    values: { worker: { modelServer: { container: { env: [{ name: 'NVIDIA_VISIBLE_DEVICES', value: 'all' }] } } } },
    says: "[GPU_OWNER] worker.modelServer.container.env sets NVIDIA_VISIBLE_DEVICES. Remove it: the device plugin says which GPU is the container's.",
    passes: { worker: { modelServer: { container: { env: [] } } } },
  },
];

function beside(variable: string) {
  return { name: 'beside', image: 'registry.example.com/beside:1', env: [{ name: variable, value: 'all' }] };
}
