export type { Emit, FlyballEvent, QueueOperation } from './events.ts';
