import type { EpochFacts, Observation, Step } from '#libs/core';
import { stepDown, stepUp, vote } from './ballot.ts';
import { cooling, cut, grew } from './cooldown.ts';
import { decide } from './decide.ts';
import { followAnyway, giveUp, hopelessEpochs } from './late-anyway.ts';
import { addJudged, lateShare, tooFewToTell } from './lateness.ts';
import { badLevel, goodLevel, highestLevel } from './levels.ts';
import { isFull, thatPays } from './paying.ts';
import type { ThresholdConfig } from './threshold-config.ts';
import type { ThresholdState } from './threshold.ts';

/** One vote per epoch, on its late share; where some jobs are late at any limit it gives way (`late-anyway.ts`). */
export function thresholdDeadlines(
  state: ThresholdState,
  observation: Observation,
  closed: EpochFacts,
  config: ThresholdConfig,
): Step<ThresholdState> {
  const heardAnyway = { closed, signal: 'deadline-misses', few: config.marks['deadline-misses'].hi } as const;
  const anyway = state.anyway && followAnyway(state, state.anyway, observation, heardAnyway);
  if (anyway) return anyway;
  const inCharge: ThresholdState = { ...state, anyway: null };
  return thatPays(atClose(inCharge, closed, observation, config), {
    closed,
    observation,
    uncut: { ...inCharge, cutFrom: null },
  });
}

function atClose(
  state: ThresholdState,
  facts: EpochFacts,
  observation: Observation,
  config: ThresholdConfig,
): Step<ThresholdState> {
  const { limit, t, queue } = observation;
  const gate = Math.floor(limit);
  const marks = config.marks['deadline-misses'];
  const judged = addJudged(state.undecided, facts, gate);
  const late = lateShare(facts, judged);
  if (late === undefined) return decide(state, limit, 'no-samples', 'deadline-misses');
  if (tooFewToTell(judged, facts, marks.hi)) {
    return decide({ ...state, undecided: judged }, limit, 'steady', 'deadline-misses', { late, jobs: judged.jobs });
  }
  const asked = vote({ ...state, undecided: null }, { name: 'late', value: late, t, limited: facts.limited }, marks);
  const met = late <= marks.lo;
  const levels = met ? goodLevel(state.levels, gate, t) : late > marks.hi ? badLevel(state.levels, gate) : state.levels;
  const next: ThresholdState = { ...asked.state, levels, cutFrom: null, atFloor: 0 };
  const terms = { late, limited: facts.limited, jobs: judged.jobs };
  const atFloor = late > marks.hi && state.cutFrom === limit ? state.atFloor + 1 : 0;
  if (atFloor >= hopelessEpochs && facts.throttled === 0) {
    return giveUp({ ...next, atFloor: 0 }, observation, { late, signal: 'deadline-misses' });
  }
  if (asked.say === 'cut') {
    const after = { ...next, cooldown: cut(next.cooldown, t, facts.service ?? 0), cutFrom: limit, atFloor };
    const reason = facts.throttled > 0 ? 'overloaded' : 'deadline-misses';
    return decide(after, stepDown(limit, config.step), reason, 'deadline-misses', terms);
  }
  const known = queue !== undefined && queue.waiting > 0 ? Math.min(2 * limit, highestLevel(levels, t)) : 0;
  // A known good level needs no vote: it has had its own.
  if (met && facts.limited >= 0.5 && known > stepUp(limit, config.step) && !cooling(next.cooldown, t)) {
    return decide({ ...next, cooldown: grew(next.cooldown) }, known, 'queue-pressure', 'deadline-misses', terms);
  }
  if (asked.say !== 'grow') return decide(next, limit, asked.say, 'deadline-misses', terms);
  if (isFull(next.rates, facts, limit, stepUp(limit, config.step))) {
    return decide(next, limit, 'steady', 'deadline-misses', { slack: facts.slack ?? 0, ...terms });
  }
  const cooldown = grew(next.cooldown);
  return decide({ ...next, cooldown }, stepUp(limit, config.step), 'headroom', 'deadline-misses', terms);
}
