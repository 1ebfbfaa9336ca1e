/** What is injected where, by token: TypeScript's type erasure leaves Nest nothing else to go by. */
export const QUEUE = Symbol('QUEUE');
export const EMIT = Symbol('EMIT');
export const FLEET = Symbol('FLEET');
export const CONCURRENCY = Symbol('CONCURRENCY');
export const SUBMISSION = Symbol('SUBMISSION');
export const JOB_WAIT = Symbol('JOB_WAIT');
export const CHUNK_DRAIN = Symbol('CHUNK_DRAIN');
export const OPENAI_ANSWER = Symbol('OPENAI_ANSWER');
export const SHUTDOWN = Symbol('SHUTDOWN');
export const WEBHOOKS = Symbol('WEBHOOKS');
export const WORKER_PROTOCOL = Symbol('WORKER_PROTOCOL');
