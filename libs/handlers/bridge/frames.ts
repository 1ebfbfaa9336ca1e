import type { HandlerFacts } from '../contract.ts';
import type { Ending } from '../ending.ts';
import type { JobFields } from '../job-fields.ts';

/**
 * The bridge protocol: one JSON object a line, to the handler's process on its file descriptor 3 and from it on 4; never
 * on stdout or stderr, which belong to the user's code. `run` numbers the attempts of one process. Descriptor 3 closing
 * means that the worker is gone: the process ends itself.
 */
export type ToChild =
  | { readonly type: 'job'; readonly run: number; readonly job: JobFields; readonly deadline?: number }
  /** The attempt must stop; its end is still to be told. */
  | { readonly type: 'cancel'; readonly run: number }
  /** One chunk of that run is stored. A run has at most {@link chunkWindow} that are not. */
  | { readonly type: 'stored'; readonly run: number }
  | { readonly type: 'modify'; readonly call: number; readonly current: number }
  | { readonly type: 'close' };

export type FromChild =
  | { readonly type: 'ready'; readonly facts: HandlerFacts }
  /** The handler cannot start: HANDLER_FAILED or HANDLER_UNFIT, and why. */
  | { readonly type: 'refused'; readonly code: string; readonly message: string }
  | { readonly type: 'progress'; readonly run: number; readonly data: unknown }
  | { readonly type: 'chunk'; readonly run: number; readonly data: unknown }
  /** The last frame of its run. */
  | { readonly type: 'end'; readonly run: number; readonly ending: Ending }
  | { readonly type: 'modified'; readonly call: number; readonly returned?: number; readonly invalid?: string }
  /** A line that the code of that run printed. */
  | { readonly type: 'printed'; readonly run: number; readonly line: string }
  | { readonly type: 'log'; readonly level: LogLevel; readonly message: string; readonly run?: number };

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

export const chunkWindow = 16;
/** A result above this is told to the operator; RunPod refuses it (H8). */
export const warnFrameBytes = 20 * 1024 * 1024;
/** A result above this fails its job. */
export const maxFrameBytes = 64 * 1024 * 1024;
/** Room for the frame around a result of the largest size. */
export const maxLineBytes = maxFrameBytes + 64 * 1024;

export function encodeFrame(frame: ToChild | FromChild): string {
  return `${JSON.stringify(frame)}\n`;
}
