import type { EpochFacts, Observation, Step } from '#libs/core';
import { decide } from './decide.ts';
import type { NamedLevel } from './gpu.ts';
import { ramp, type Ground } from './ground.ts';
import type { Signal } from './signals.ts';

export interface DeviceGround extends Ground {
  /** The memory, used/total, that the last level took which the ramp left behind; absent before the first. */
  readonly rung?: Rung;
}

interface Rung {
  readonly gate: number;
  readonly memory: number;
}

/** A device signal must stay below this share of its mark for the ramp to go on. */
const rampShare = 0.8;

/**
 * The ramp of a law that may listen to a device. It doubles, so it has to know where the next doubling leads before it is
 * made: it waits for readings of the level in force, and ends when memory, growing per job as it did with the last
 * growth, would pass its mark. With no device heard it is the plain one.
 */
export function rampOn<State extends DeviceGround>(
  state: State,
  observation: Observation,
  heard: readonly (NamedLevel & { readonly mark: number })[],
  { closed, signal }: { readonly closed: EpochFacts | undefined; readonly signal: Signal },
): Step<State> {
  const passed = heard.some(({ value, mark }) => value > rampShare * mark);
  const { step } = ramp(state, observation, { closed, signal, passed });
  if (step.decision.limit <= observation.limit) return step;
  if (heard.some(({ takenAt }) => takenAt < state.epoch.settledAt)) {
    return decide(state, observation.limit, 'epoch-open', signal);
  }
  const memory = heard.find(({ name }) => name === 'memory');
  if (memory === undefined) return step;
  const gate = Math.floor(observation.limit);
  const more = Math.floor(step.decision.limit) - gate;
  if (more > 1 && memory.value + more * perJob(state.rung, gate, memory.value) > memory.mark) {
    return ramp(state, observation, { closed, signal, passed: true }).step;
  }
  return { ...step, state: { ...step.state, rung: { gate, memory: memory.value } } };
}

/** Before a second level is known all of it may be the jobs'. */
function perJob(rung: Rung | undefined, gate: number, memory: number): number {
  return rung === undefined || gate <= rung.gate ? memory / gate : (memory - rung.memory) / (gate - rung.gate);
}
