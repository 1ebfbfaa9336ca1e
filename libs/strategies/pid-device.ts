import { sixDigits, type EpochFacts, type Observation, type Step } from '#libs/core';
import { decide } from './decide.ts';
import type { NamedLevel } from './gpu.ts';
import type { PidConfig, PidState } from './pid.ts';
import { stepProbe } from './saturation-probe.ts';
import type { Signal } from './signals.ts';
import { stepVelocity, type Velocity } from './velocity.ts';

const defaultTiMs = 10_000;

interface Heard {
  readonly closed: EpochFacts | undefined;
  readonly heard: readonly NamedLevel[];
  readonly signal: Signal;
}

/** One update per fresh reading; with utilisation and memory both, the smaller answer counts. */
export function pidDevice(
  before: PidState,
  observation: Observation,
  { closed, heard, signal }: Heard,
  config: PidConfig,
): Step<PidState> {
  const { limit, limited } = observation;
  const high = heard.some(({ value }) => value >= config.setpoint);
  const atFloor = before.cutFrom === limit || limit <= before.probe.floor;
  const { probe, limit: probed } = stepProbe(before.probe, observation, { high, atFloor, closed });
  const state: PidState = { ...before, probe };
  if (probed !== undefined) return decide({ ...state, cutFrom: null }, probed, 'saturation-probe', signal);
  const fresh = heard.filter((level) => level.fresh);
  if (fresh.length === 0) return decide(state, limit, 'epoch-open', signal);

  const velocities: Record<string, Velocity> = { ...state.velocities };
  const terms: Record<string, number> = { limited };
  let change = Infinity;
  for (const { name, value, elapsed } of fresh) {
    const error = config.setpoint - value;
    const gains = { kp: config.kp, ti: config.ti === undefined ? defaultTiMs : 1000 * config.ti, td: 1000 * config.td };
    const update = stepVelocity(velocities[name] ?? null, { y: value, error, elapsed, gains });
    velocities[name] = update.velocity;
    terms[name] = value;
    change = Math.min(change, update.change);
  }
  const next: PidState = { ...state, velocities, cutFrom: null };
  if (change > 0 && limited < 0.5) return decide(next, limit, 'not-limited', signal, terms);
  const wanted = Math.max(sixDigits(limit * Math.exp(change)), Math.min(limit, probe.floor));
  if (wanted > limit) return decide(next, wanted, 'headroom', signal, terms);
  if (wanted === limit) return decide(next, limit, limit <= probe.floor ? 'signal-unusable' : 'steady', signal, terms);
  return decide({ ...next, cutFrom: limit }, wanted, 'signal-high', signal, terms);
}
