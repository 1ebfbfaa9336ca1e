import type { GuardRow } from './guard-rows.ts';

const measuredBy = (gpu: string) => ({ worker: { telemetry: { gpu } } });
const served = (image: string) => ({ worker: { modelServer: { image } } });
const shm = (sizeLimit: string, memory: string | number) => ({
  worker: { shm: { sizeLimit }, resources: { limits: { memory } } },
});

const beside = (resources: object) => ({ name: 'shipper', image: 'shipper:1', resources });

export const gpuRows: readonly GuardRow[] = [
  {
    about: 'no handler',
    values: { worker: { handler: { path: '' } } },
    says: '[HANDLER_MISSING] worker.handler.path is empty. Set the module, Python file or URL that runs a job.',
    passes: { worker: { handler: { path: './handler.py' } } },
  },
  {
    about: 'a bundled Redis whose image changes',
    ci: 'bundled-redis',
    values: { redis: { bundled: { image: 'redis' } } },
    says: '[IMAGE_LATEST] redis.bundled.image="redis" is not repeatable. Name a version or a digest.',
    passes: { redis: { bundled: { image: 'redis:8.0' } } },
  },
  {
    about: 'a GPU for a container beside the worker',
    values: { worker: { extra: { containers: [beside({ limits: { 'nvidia.com/gpu': 1 } })] } } },
    says: '[GPU_OWNER] worker.extra.containers: shipper asks for nvidia.com/gpu. Remove it: worker.gpu says how many GPUs there are, and whose they are.',
    passes: { worker: { extra: { containers: [beside({ limits: { 'rdma/hca': 1 } })] } } },
  },
  {
    about: 'a model server that listens elsewhere than the handler says',
    ci: 'model-server',
    values: { worker: { modelServer: { http: { port: 9000 } } } },
    says: '[HANDLER_NOT_HTTP] worker.handler.path="http://127.0.0.1:8000/v1/chat/completions" with worker.modelServer.enabled=true. Use http://127.0.0.1:9000/….',
    passes: { worker: { handler: { path: 'http://127.0.0.1:9000' }, modelServer: { http: { port: 9000 } } } },
  },
  {
    about: 'a model server on the port of the worker',
    ci: 'model-server',
    values: { worker: { handler: { path: 'http://127.0.0.1:8080/' }, modelServer: { http: { port: 8080 } } } },
    says: "[PORT] worker.modelServer.http.port=8080 is the worker's own. Let the model server listen on another one.",
    passes: { worker: { handler: { path: 'http://127.0.0.1:8081/' }, modelServer: { http: { port: 8081 } } } },
  },
  {
    about: 'a request of memory above the limit',
    values: { worker: { resources: { limits: { memory: '2Gi' } } } },
    says: '[MEMORY] worker.resources: the request of 4Gi is above the limit of 2Gi. Lower one or raise the other.',
    passes: { worker: { resources: { requests: { memory: '2Gi' }, limits: { memory: '2Gi' } } } },
  },
  {
    about: 'a claim that is mounted nowhere',
    values: { worker: { cache: { existingClaim: 'models' } } },
    says: '[CACHE] worker.cache.existingClaim="models" is mounted nowhere. Set worker.cache.mountPath, such as /models.',
    passes: { worker: { cache: { existingClaim: 'models', mountPath: '/models' } } },
  },
  {
    about: 'two volumes in one folder',
    values: { worker: { cache: { mountPath: '/var/lib/flyball' } } },
    says: '[MOUNT] worker.state.mountPath, worker.cache.mountPath and /tmp must be three folders. Choose others.',
    passes: { worker: { cache: { mountPath: '/var/lib/models' } } },
  },
  {
    about: 'a model server that nobody asks',
    ci: 'model-server',
    values: { worker: { handler: { path: './h.py' }, modelServer: { http: { port: 8001 } } } },
    says: '[HANDLER_NOT_HTTP] worker.handler.path="./h.py" with worker.modelServer.enabled=true. Use http://127.0.0.1:8001/….',
    passes: { worker: { handler: { path: 'http://localhost:8000/v1/embeddings' } } },
  },
  {
    about: 'a model server without an image',
    ci: 'model-server',
    values: served(''),
    says: "[IMAGE_MISSING] worker.modelServer.image is empty. Name the model server's image, with a tag or a digest.",
    passes: served(`vllm/vllm-openai@sha256:${'0'.repeat(64)}`),
  },
  {
    about: 'a model server whose image changes',
    ci: 'model-server',
    values: served('vllm/vllm-openai:latest'),
    says: '[IMAGE_LATEST] worker.modelServer.image="vllm/vllm-openai:latest" is not repeatable. Name a version or a digest.',
    passes: served('vllm/vllm-openai:latest-cuda12'),
  },
  {
    about: 'a model server whose image has a port and no tag',
    ci: 'model-server',
    values: served('registry.example.com:5000/vllm'),
    says: '[IMAGE_LATEST] worker.modelServer.image="registry.example.com:5000/vllm" is not repeatable. Name a version or a digest.',
    passes: served('registry.example.com:5000/vllm:v1'),
  },
  {
    about: 'several shares of one device',
    ci: 'time-sliced',
    values: { worker: { gpu: { sharing: 'mps', count: 2 } } },
    says: '[GPU_SHARED] worker.gpu.sharing=mps with count=2. A shared device is asked for once: set count=1.',
    passes: { worker: { gpu: { sharing: 'exclusive', count: 2 } } },
  },
  {
    about: "a reading of the model server's device",
    ci: 'model-server',
    values: measuredBy('nvml'),
    says: '[TELEMETRY_OWNER] worker.telemetry.gpu="nvml", but the model server owns the device. Use model-server:URL or dcgm:URL.',
    passes: measuredBy('dcgm:http://dcgm-exporter:9400/metrics'),
  },
  {
    about: "a reading of the model server's device, if another fails",
    ci: 'model-server',
    values: measuredBy('dcgm:http://dcgm-exporter:9400/metrics, nvidia-smi'),
    says: '[TELEMETRY_OWNER] worker.telemetry.gpu="dcgm:http://dcgm-exporter:9400/metrics, nvidia-smi", but the model server owns the device. Use model-server:URL or dcgm:URL.',
    passes: { worker: { gpu: { mode: 'none' }, telemetry: { gpu: 'nvidia-smi' } } },
  },
  {
    about: 'shared memory beyond the limit',
    values: shm('9Gi', '8Gi'),
    says: '[SHM] worker.shm.sizeLimit=9Gi does not fit the memory limit 8Gi it counts against. Lower it or raise the limit.',
    passes: shm('8Gi', '8Gi'),
  },
  {
    about: 'shared memory in units of 1024 beyond a limit in units of 1000',
    values: shm('8Gi', '8G'),
    says: '[SHM] worker.shm.sizeLimit=8Gi does not fit the memory limit 8G it counts against. Lower it or raise the limit.',
    passes: shm('8G', '8Gi'),
  },
  {
    about: 'shared memory beyond a limit in bytes',
    values: shm('9Gi', 8_589_934_592),
    says: '[SHM] worker.shm.sizeLimit=9Gi does not fit the memory limit 8589934592 it counts against. Lower it or raise the limit.',
    passes: shm('8Gi', 8_589_934_592),
  },
  {
    about: 'shared memory beyond the limit of the model server that fills it',
    ci: 'model-server',
    values: { worker: { shm: { sizeLimit: '33Gi' } } },
    says: '[SHM] worker.shm.sizeLimit=33Gi does not fit the memory limit 32Gi it counts against. Lower it or raise the limit.',
    passes: { worker: { shm: { sizeLimit: '32Gi' } } },
  },
];
