import { hpa, keda, kedaRedis, pairs, redis, telemetry } from './moved-values-around.ts';
import { alone, gateway, modelServer, worker } from './moved-values-pods.ts';

type Values = Readonly<Record<string, unknown>>;

/** Another value than the default or the one around it, and what comes of it. */
export interface Move {
  readonly to: unknown;
  /** New in the objects that change. White space counts as one blank. */
  readonly shows?: string | readonly string[];
  /** Gone from them. */
  readonly hides?: string | readonly string[];
  /** Code of the guard that refuses the surroundings, which only this value lets pass. */
  readonly allows?: string;
}

/** Values that have an effect in the same surroundings. */
export interface Surroundings {
  readonly about: string;
  /** The file of values below; default `minimal`. */
  readonly ci?: string;
  readonly values?: Values;
  /** By the path of the value. */
  readonly moves: Readonly<Record<string, Move>>;
}

/** Every value of the chart has a move in at least one of them. */
export const movedValues: readonly Surroundings[] = [
  alone,
  worker,
  gateway,
  modelServer,
  keda,
  kedaRedis,
  hpa,
  redis,
  telemetry,
  ...pairs,
];
