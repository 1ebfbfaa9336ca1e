import type { Environment } from '#libs/config';
import type { AnyStrategy } from '#libs/core';
import type { Handler, HandlerObject } from '#libs/handlers';
import type { Emit, Log } from '#libs/observability';
import type { Clock } from '#libs/runtime';
import type { Plant } from '#libs/simulation';

export interface WorkerOptions {
  /** A path, an address, the functions themselves, or a handler that is none of Flyball's own. */
  readonly handler: string | HandlerObject | Handler;
  /** All strategies that have a name. */
  readonly strategies: readonly AnyStrategy[];
  /** Where the parameters of a strategy loaded from a path are found. */
  readonly environment: Environment;
  /** What the handler file finds in its `argv`. */
  readonly args?: readonly string[];
  /** Gives up a start that is still waiting for its handler. */
  readonly signal?: AbortSignal;
  readonly log?: Log;
  readonly onEvent?: Emit;
  /** The device behind `TELEMETRY_GPU=sim:…`, where something else runs jobs on it; by `clock`. */
  readonly plant?: Plant;
  readonly clock?: Clock;
}

export interface Running {
  /** `http://127.0.0.1:8080` */
  readonly url: string;
  readonly endpoint: string;
  /** The worker id: first half of every decision id. */
  readonly worker: string;
  /** Resolves when TELEMETRY_GPU_LOST=exit asks for an end: the device was there and has been gone for a minute. */
  readonly deviceLost: Promise<void>;
  /** Resolves when the handler has asked RunPod for another worker in this one's place: it is to end in order. */
  readonly replaced?: Promise<void>;
  /** Takes no more jobs, lets running ones end for up to DRAIN_TIMEOUT, gives the rest back, closes everything. */
  stop(): Promise<void>;
}

/** EX_TEMPFAIL: whoever started us should start us anew, elsewhere or in a new container. */
export const deviceLostStatus = 75;
