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
