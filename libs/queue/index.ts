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
