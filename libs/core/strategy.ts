import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { Decision } from './decision.ts';
import type { MemberDecision } from './members.ts';
import type { Observation } from './observation.ts';

export interface Step<State> {
  readonly state: State;
  readonly decision: Decision;
  /** Only of the least of several: what each wanted, and whose word it was. */
  readonly members?: readonly MemberDecision[];
  readonly binding?: string;
}

/**
 * A law for the limit: data and one pure function. No clock, no randomness, no I/O; state is JSON of at most 64 kB.
 * The same history gives the same decisions, which is what tests, simulation and replay stand on.
 */
export interface Strategy<Config = unknown, State = unknown> {
  /** As in `CONCURRENCY_STRATEGY`; parameters are `CONCURRENCY_<NAME>_<PARAMETER>`. */
  readonly name: string;
  /** One line for people who choose. */
  readonly summary: string;
  /** Validates parameters synchronously, fills in defaults, refuses unknown names. */
  readonly config: StandardSchemaV1<unknown, Config>;
  /** The limit is somebody's word, not a law's: step limits do not apply and 0 pauses. */
  readonly explicit?: true;
  /** The limit it wants before there is anything to observe; without it CONCURRENCY_INITIAL. */
  firstLimit?(config: Config): number | undefined;
  /** Starts from the limit in force: bumpless. */
  initialState(config: Config, limit: number): State;
  /** Called once per period. Computes from `observation.limit`, the limit in force. */
  step(state: State, observation: Observation, config: Config): Step<State>;
}

/** A strategy whose types are known only to itself. */
// oxlint-disable-next-line typescript/no-explicit-any -- a registry holds strategies of all configs and states
export type AnyStrategy = Strategy<any, any>;
