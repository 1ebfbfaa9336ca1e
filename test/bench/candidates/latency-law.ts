import { observeEpoch, type Observation, type Reason, type Step } from '#libs/core';
import { aimd } from '#libs/strategies';
import { lowestFailed } from '../../../libs/strategies/failed-levels.ts';
import { endedSlowStart } from '../../../libs/strategies/slow-start.ts';
import { newLatency, observeLatency, type Latency, type LatencyLevel } from './latency.ts';

type AimdState = ReturnType<typeof aimd.initialState>;

/** `aimd` runs below: its slow start, its cuts, and all of it where the law has nothing to go by. */
export interface LatencyState {
  readonly aimd: AimdState;
  readonly latency: Latency;
}

export interface Heard {
  readonly limit: number;
  /** Share of the epoch in which the limit was used. */
  readonly limited: number;
  readonly level: LatencyLevel;
  readonly lowest: LatencyLevel;
}

/** A law on how much slower jobs are than at the lowest level. */
export interface LatencyLaw {
  /** Whether the slow start ends. */
  readonly passed: (heard: Heard) => boolean;
  /** At the close of an epoch with few late jobs. */
  readonly ask: (heard: Heard) => Asked;
  /** Coefficient of variation of R/z beyond which it says nothing about the load. */
  readonly mostSpread: number;
}

export interface Asked {
  readonly limit: number;
  readonly reason: Reason;
  readonly terms: Readonly<Record<string, number>>;
}

const aimdDefaults = { lo: 0.02, hi: 0.05, add: 0.05 };

export function newLatencyState(limit: number): LatencyState {
  return { aimd: aimd.initialState(aimdDefaults, limit), latency: newLatency() };
}

export function stepLatencyLaw(before: LatencyState, observation: Observation, law: LatencyLaw): Step<LatencyState> {
  const { epoch, closed } = observeEpoch(before.aimd.epoch, observation);
  const { latency, level } = observeLatency(before.latency, observation, { epoch, closes: closed !== undefined });
  const below = aimd.step(before.aimd, observation, aimdDefaults);
  const state = { aimd: below.state, latency };
  const { lowest, spread } = latency;
  if (level === undefined || lowest === null || spread === null || spread > law.mostSpread ** 2) {
    const isLost = closed !== undefined || before.aimd.slow.active;
    const { terms } = below.decision;
    return { state, decision: isLost ? { ...below.decision, terms: { ...terms, fallback: 1 } } : below.decision };
  }

  const heard: Heard = { limit: observation.limit, limited: closed?.limited ?? 0, level, lowest };
  const terms = { y: level.y, lowest: lowest.y };
  if (before.aimd.slow.active) {
    if (!below.state.slow.active || !law.passed(heard)) return { state, decision: below.decision };
    const over = { ...state, aimd: { ...below.state, slow: endedSlowStart } };
    return { state: over, decision: { limit: observation.limit, reason: 'steady', terms } };
  }
  const misses = (closed?.late ?? 0) > aimdDefaults.hi || below.state.anyway !== null;
  if (closed === undefined || misses || closed.throttled > 0) return { state, decision: below.decision };
  const asked = law.ask(heard);
  const told = { ...terms, ...asked.terms };
  const hold = (reason: Reason): Step<LatencyState> => ({
    state,
    decision: { limit: observation.limit, reason, terms: told },
  });
  if (asked.limit > observation.limit) {
    if (closed.limited < 0.5) return hold('not-limited');
    if (Math.floor(asked.limit) >= lowestFailed(below.state.failed)) return hold('cooldown');
  }
  return { state, decision: { ...asked, terms: told } };
}
