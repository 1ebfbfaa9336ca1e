export {
  jobStatuses,
  type Chunk,
  type DueWebhook,
  type JobCounters,
  type JobStatus,
  type JobView,
  type NewJob,
  type Queue,
} from './contract.ts';
export { MemoryFleet, type Fleet, type WorkerReport } from './fleet.ts';
export { peekSqliteQueue } from './sqlite/peek.ts';
export { openRedisQueue, type RedisQueueOptions } from './redis/open.ts';
export { openSqliteQueue, type SqliteQueueOptions } from './sqlite/open.ts';
export { defaultWebhookBody, type WebhookContent } from './webhook-body.ts';
export type { Delivery, DeliveryTry, OutboxEntry, OutboxNotice, OutboxOptions } from './outbox/contract.ts';
export { openOutbox } from './outbox/open.ts';
export type { Outbox } from './outbox/outbox.ts';
export type { RunpodNotice } from './runpod/notices.ts';
export { openRunpodQueue, type RunpodQueueOptions } from './runpod/open.ts';
export type { RunpodQueue } from './runpod/queue.ts';
export { runpodVariables, type RunpodVariables } from './runpod/variables.ts';
export { openOwnOutbox } from './outbox/own-folder.ts';
