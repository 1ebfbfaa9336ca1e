import type { EpochFacts, Observation, Step } from '#libs/core';
import { stepDown, stepUp, vote } from './ballot.ts';
import { cut, grew } from './cooldown.ts';
import { decide } from './decide.ts';
import type { NamedLevel } from './gpu.ts';
import { stepProbe } from './saturation-probe.ts';
import type { Signal } from './signals.ts';
import type { ThresholdConfig } from './threshold-config.ts';
import type { ThresholdState } from './threshold.ts';

interface Heard {
  readonly closed: EpochFacts | undefined;
  readonly heard: readonly NamedLevel[];
  readonly signal: Signal;
}

/** One vote per fresh reading; with utilisation and memory both, either cuts and both must agree to grow. */
export function thresholdDevice(
  before: ThresholdState,
  observation: Observation,
  { closed, heard, signal }: Heard,
  config: ThresholdConfig,
): Step<ThresholdState> {
  const { limit, limited, t } = observation;
  const high = heard.some(({ name, value }) => value >= config.marks[`gpu-${name}`].hi);
  const atFloor = before.cutFrom === limit || limit <= before.probe.floor;
  const { probe, limit: probed } = stepProbe(before.probe, observation, { high, atFloor, closed });
  if (probed !== undefined) return decide({ ...before, probe, votes: {} }, probed, 'saturation-probe', signal);

  let state: ThresholdState = { ...before, probe };
  const fresh = heard.filter((level) => level.fresh);
  if (fresh.length === 0) return decide(state, limit, 'epoch-open', signal);
  const says = fresh.map(({ name, value }) => {
    const asked = vote(state, { name, value, t, limited }, config.marks[`gpu-${name}`]);
    state = asked.state;
    return asked.say;
  });
  const terms = { ...Object.fromEntries(heard.map(({ name, value }) => [name, value])), limited };
  if (says.includes('cut')) {
    const wanted = Math.max(stepDown(limit, config.step), Math.min(limit, probe.floor));
    const cooldown = cut(state.cooldown, t, closed?.service ?? 0);
    const next = { ...state, cooldown, votes: {}, cutFrom: limit };
    return decide(next, wanted, wanted < limit ? 'signal-high' : 'signal-unusable', signal, terms);
  }
  const hold = says.find((say) => say !== 'grow' && say !== 'cut');
  if (hold !== undefined) return decide(state, limit, hold, signal, terms);
  const next = { ...state, cooldown: grew(state.cooldown), votes: {}, cutFrom: null };
  return decide(next, stepUp(limit, config.step), 'headroom', signal, terms);
}
