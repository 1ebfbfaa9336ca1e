export { systemClock, type Clock } from './clock.ts';
export type { FreezeOrder, OverrideOrder } from './control-loop.ts';
export { Worker, type WorkerOptions } from './worker.ts';
export type { RecordIdentity } from './record-of.ts';
