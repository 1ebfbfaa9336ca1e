export { systemClock, type Clock } from './clock.ts';
export { Worker, type WorkerOptions } from './worker.ts';
export type { RecordIdentity } from './record-of.ts';
