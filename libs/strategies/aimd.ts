import { sixDigits, type EpochFacts, type Observation, type Step, type Strategy } from '#libs/core';
import { z } from 'zod';
import { decide, waitingReason } from './decide.ts';
import { failedAt, lowestFailed, metAt, type FailedLevels } from './failed-levels.ts';
import { followPlateau, newGround, observeGround, ramp, type Ground } from './ground.ts';
import { addJudged, lateShare, tooFewToTell, type Judged } from './lateness.ts';
import { followAnyway, giveUp, hopelessEpochs } from './late-anyway.ts';
import { badLevel, goodLevel, highestLevel, type Levels } from './levels.ts';
import { isFull, thatPays } from './paying.ts';
import { cutBy } from './slow-start.ts';

/** Also what `goodput` falls back on. */
export const aimdDefaults = { lo: 0.02, hi: 0.05, add: 0.05 };

const config = z
  .strictObject({
    /** Late share up to which the limit may grow. */
    lo: z.number().min(0).max(1).default(aimdDefaults.lo),
    /** Late share beyond which it is cut. */
    hi: z.number().min(0).max(1).default(aimdDefaults.hi),
    /** Growth per epoch as a share of the limit, at least one job. */
    add: z.number().positive().max(1).default(aimdDefaults.add),
  })
  .refine(({ lo, hi }) => lo < hi, { path: ['lo'], message: 'must be below hi' });

type Config = z.infer<typeof config>;

interface State extends Ground {
  readonly levels: Levels;
  readonly failed: FailedLevels;
  /** Jobs of the epochs at this gate that had one late job among too few to tell; null otherwise. */
  readonly undecided: Judged | null;
  /** The limit that the last cut was asked from. */
  readonly cutFrom: number | null;
  /** Epochs in a row that missed although the limit could go no lower. */
  readonly atFloor: number;
}

/**
 * Additive increase, multiplicative decrease, once per epoch, on the share m of jobs that missed their deadline:
 *
 *     m > HI              L ← L·clip(1 − 0.5·m, 0.5, 0.95)
 *     m ≤ LO and limited  L ← L + max(1, ADD·L), not into a level that failed a short while ago
 *                         (`failed-levels.ts`), nor beyond one that is full; and a cut has to pay (`paying.ts`)
 *
 * after a slow start; without deadlines the plateau rule instead. Chiu & Jain 1989; TCP's slow start; per epoch and not
 * per completion, since a delay of one service time lies between a change and what it does.
 * Fails by hovering: some 5 % of jobs are late at the top of its sawtooth. Where jobs are late even alone it gives way
 * (`late-anyway.ts`).
 */
export const aimd: Strategy<Config, State> = {
  name: 'aimd',
  summary: 'Grows a little while deadlines are met, cuts when they are missed; the plateau rule without deadlines.',
  config,
  initialState: (_config, limit) => ({
    ...newGround(limit),
    levels: [],
    failed: [],
    undecided: null,
    cutFrom: null,
    atFloor: 0,
  }),
  step(before, observation, config) {
    const ground = observeGround(before, observation);
    const state = observation.jobs.outOfMemory > 0 ? ranOutOfMemory(ground.state, observation) : ground.state;
    const { closed } = ground;
    if (!state.epoch.deadlines) return followPlateau(state, observation, closed);
    if (state.slow.active) {
      const { step, late } = ramp(state, observation, { closed, signal: 'deadline-misses', passed: false });
      if (late === undefined) return step;
      return { ...step, state: { ...step.state, failed: failedAt(state.failed, Math.floor(observation.limit)) } };
    }
    if (closed === undefined) return decide(state, observation.limit, waitingReason(observation), 'deadline-misses');
    const heard = { closed, signal: 'deadline-misses', few: config.hi } as const;
    const anyway = state.anyway && followAnyway(state, state.anyway, observation, heard);
    if (anyway) return anyway;
    const inCharge: State = { ...state, anyway: null };
    return thatPays(atClose(inCharge, closed, observation, config), {
      closed,
      observation,
      uncut: { ...inCharge, cutFrom: null },
    });
  },
};

/** The controller cuts at once; here it is remembered that this level does not fit. */
function ranOutOfMemory(state: State, { limit }: Observation): State {
  const gate = Math.floor(limit);
  return { ...state, failed: failedAt(state.failed, gate), levels: badLevel(state.levels, gate) };
}

/** A level has failed when its late share is this many times HI; just above HI it is only noisy. */
const clearly = 2;
/** Just below a level, in jobs. */
const insideGate = 0.1;

function atClose(state: State, facts: EpochFacts, observation: Observation, config: Config): Step<State> {
  const { limit, t, queue } = observation;
  const gate = Math.floor(limit);
  const judged = addJudged(state.undecided, facts, gate);
  const late = lateShare(facts, judged);
  const terms = { limited: facts.limited, jobs: judged.jobs };
  if (late === undefined) return decide(state, limit, 'no-samples', 'deadline-misses', terms);

  if (tooFewToTell(judged, facts, config.hi)) {
    return decide({ ...state, undecided: judged }, limit, 'steady', 'deadline-misses', { late, ...terms });
  }
  if (late > config.hi) {
    const atFloor = state.cutFrom === limit ? state.atFloor + 1 : 0;
    const next: State = {
      ...state,
      levels: badLevel(state.levels, gate),
      failed: late > clearly * config.hi ? failedAt(state.failed, gate) : state.failed,
      undecided: null,
      cutFrom: limit,
      atFloor,
    };
    if (atFloor >= hopelessEpochs && facts.throttled === 0) {
      return giveUp({ ...next, atFloor: 0 }, observation, { late, signal: 'deadline-misses' });
    }
    const reason = facts.throttled > 0 ? 'overloaded' : 'deadline-misses';
    const wanted = Math.min(cutBy(limit, late), lowestFailed(next.failed) - insideGate);
    return decide(next, wanted, reason, 'deadline-misses', { late, ...terms });
  }

  const calm: State = { ...state, failed: metAt(state.failed, gate), undecided: null, cutFrom: null, atFloor: 0 };
  if (late > config.lo) return decide(calm, limit, 'steady', 'deadline-misses', { late, ...terms });
  const good: State = { ...calm, levels: goodLevel(calm.levels, gate, t) };
  if (facts.limited < 0.5) return decide(good, limit, 'not-limited', 'deadline-misses', { late, ...terms });

  const step = limit + Math.max(1, config.add * limit);
  if (isFull(good.rates, facts, limit, step)) {
    return decide(good, limit, 'steady', 'deadline-misses', { late, slack: facts.slack ?? 0, ...terms });
  }
  const known = queue !== undefined && queue.waiting > 0 ? Math.min(2 * limit, highestLevel(good.levels, t)) : 0;
  const wanted = sixDigits(Math.min(Math.max(step, known), lowestFailed(good.failed) - insideGate));
  if (Math.floor(wanted) <= gate && wanted < step)
    return decide(good, limit, 'cooldown', 'deadline-misses', { late, ...terms });
  return decide(good, wanted, known > step ? 'queue-pressure' : 'headroom', 'deadline-misses', { late, ...terms });
}
