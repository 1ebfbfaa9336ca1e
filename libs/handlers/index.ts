export type {
  AttemptContext,
  AttemptResult,
  Handler,
  HandlerFacts,
  HandlerListener,
  HandlerState,
} from './contract.ts';
