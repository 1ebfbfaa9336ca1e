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
export { openSqliteQueue, type SqliteQueueOptions } from './sqlite/open.ts';
export type { WebhookContent } from './sqlite/context.ts';
export { defaultWebhookBody } from './webhook-body.ts';
