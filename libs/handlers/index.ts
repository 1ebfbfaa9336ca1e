export type {
  AttemptContext,
  AttemptResult,
  Handler,
  HandlerFacts,
  HandlerListener,
  HandlerState,
} from './contract.ts';
export { createHandler } from './create-handler.ts';
export type { JobFields } from './job-fields.ts';
export type { HandlerOptions } from './options.ts';
export { runPythonTestInput } from './python/test-input.ts';
export type { HandlerContext, HandlerObject } from './user-code/handler-object.ts';
