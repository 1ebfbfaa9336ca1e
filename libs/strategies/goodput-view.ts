import { sixDigits, type Observation } from '#libs/core';
import { lowestFailed } from './failed-levels.ts';
import type { GoodputConfig } from './goodput-config.ts';
import { weakShape } from './goodput-fit.ts';
import { goalOf, type Goal } from './goodput-goal.ts';
import { blended } from './goodput-levels.ts';
import { modelOf, type Model } from './goodput-model.ts';
import { isPressed, pressedRates } from './goodput-pressure.ts';
import type { GoodputState } from './goodput-state.ts';
import { targetOf } from './goodput-target.ts';

/** What the model says of the limits that may be asked for. */
export interface View {
  readonly model: Model;
  readonly goal: Goal;
  /** On-time jobs per second by limit, corrected by what was counted. */
  readonly rates: readonly number[];
  /** Highest limit that may be asked for. */
  readonly most: number;
  readonly target: number;
  readonly terms: Readonly<Record<string, number>>;
}

/** Jobs below which there is no model; after a shift the shape is known. */
const firstSamples = 20;
const shiftedSamples = 12;
/** Coefficient of variation of the residuals beyond which a fit tells nothing. */
const mostVariation = 1.5;
/** Times the most in flight so far. */
export const beyondSeen = 2;
const mostLimits = 4096;
/** Throughput alone is flat at the top: this share of the best is enough. */
const nearThroughput = 0.95;

/** Undefined while there is too little to fit, or the fit tells nothing. */
export function viewOf(state: GoodputState, observation: Observation, config: GoodputConfig): View | undefined {
  const model = modelFor(state, observation, config);
  if (model === undefined) return undefined;
  const { samples, visits, waited } = state;
  const { t, limit } = observation;
  const looked = Math.min(mostLimits, 1 + Math.max(Math.floor(limit), Math.ceil(beyondSeen * state.seen)));
  const goal = goalOf(model.fit, samples, { t, most: looked, memoryMs: 1000 * config.memory });
  const rates = blended(goal.rates, visits, t);
  const most = Math.max(1, Math.min(looked, lowestFailed(state.failed) - 1, state.brake?.gate ?? Infinity));
  const near = state.aimd.epoch.deadlines ? config.near : Math.min(config.near, nearThroughput);
  const timely = targetOf(rates, most, near);
  const target = isPressed(waited) ? targetOf(pressedRates(goal, timely), most, nearThroughput) : timely;
  const { a, b, c } = model.fit;
  const terms = {
    target,
    rate: sixDigits(rates[target - 1] ?? 0),
    sigma: sixDigits(b / a),
    kappa: sixDigits(c / a),
    variation: model.variation,
    jobs: model.residuals.length,
    ...(waited > 0 && { waited }),
  };
  return { model, goal, rates, most, target, terms };
}

function modelFor(
  { samples, since, shape }: GoodputState,
  { t }: Observation,
  { memory }: GoodputConfig,
): Model | undefined {
  const model = modelOf(since === 0 ? samples : samples.filter(([finish]) => finish >= since), {
    t,
    shape: shape ?? weakShape,
    memoryMs: 1000 * memory,
    enough: shape === null ? firstSamples : shiftedSamples,
  });
  return model === undefined || model.variation > mostVariation ? undefined : model;
}
