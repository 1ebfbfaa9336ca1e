export { BadRequest, queryNumber, type Clamp } from './bounded.ts';
export { healthBody, type HealthBody, type JobTotals, type WorkerCounts } from './health-body.ts';
export { jobId } from './job-id.ts';
export {
  eventText,
  openaiBody,
  openaiError,
  openaiFailure,
  openaiInput,
  wantsStream,
  type OpenaiError,
  type OpenaiFailure,
  type OpenaiInput,
} from './openai.ts';
export { parseTtl } from './policy.ts';
export { parsePythonJson, type ParsedJson } from './python-json.ts';
export { parseRequest, type JobRequest, type ParsedRequest } from './request.ts';
export { unknownRoute } from './routes.ts';
export {
  cancelBody,
  isFinal,
  statusBody,
  unfinishedBody,
  type JobFacts,
  type RunpodStatus,
  type StatusBody,
} from './status-body.ts';
export {
  streamPart,
  type Given,
  type StoredChunk,
  type StreamBody,
  type StreamItem,
  type StreamPart,
} from './stream-body.ts';
export { newTraceparent, validTraceparent, validTracestate } from './traceparent.ts';
export { retentionOfRun, retentionOfRunsync, streamWait, syncWait } from './wait.ts';
export { addressed, batchSize, parsePing, type Addressed, type WorkerPing } from './worker-calls.ts';
export { workerCounts } from './worker-counts.ts';
export { workerEnvironment, type WorkerEnvironment } from './worker-environment.ts';
export { workerJob, type WorkerJob } from './worker-job.ts';
export { readWorkerChunk, readWorkerResult, type FailedResult, type WorkerResult } from './worker-result.ts';
