import { sixDigits, type EpochFacts, type Observation, type Step } from '#libs/core';
import { stepDown, stepUp, vote } from './ballot.ts';
import { cut, grew } from './cooldown.ts';
import { decide } from './decide.ts';
import { cutBy } from './slow-start.ts';
import type { ThresholdConfig } from './threshold-config.ts';
import type { ThresholdState } from './threshold.ts';

const tooLate = 0.1;
const calmMs = 30_000;

/**
 * waiting/L per period: above HI for K_UP periods the limit grows; it returns towards CONCURRENCY_INITIAL only after 30 s
 * with an empty queue and less than half of it used. A late share above 10 % vetoes growth and cuts. Queue wait itself
 * never lowers the limit: it would make the queue longer.
 */
export function thresholdQueue(
  before: ThresholdState,
  observation: Observation,
  closed: EpochFacts | undefined,
  config: ThresholdConfig,
): Step<ThresholdState> {
  const { limit, queue, t, period, limited, inFlight } = observation;
  const late = closed?.late ?? 0;
  if (late > tooLate) {
    const next = { ...before, votes: {}, cooldown: cut(before.cooldown, t, closed?.service ?? 0) };
    return decide(next, cutBy(limit, late), 'deadline-misses', 'queue-depth', { late });
  }
  if (queue === undefined) return decide(before, limit, 'signal-missing', 'queue-depth');

  const depth = sixDigits(queue.waiting / Math.max(1, limit));
  const { hi, kUp, kDown } = config.marks['queue-depth'];
  // A deep queue is the low side of the band: more is asked for above HI, and nothing is ever too deep.
  const asked = vote(before, { name: 'depth', value: -depth, t, limited }, { lo: -hi, hi: Infinity, kUp, kDown });
  const calm = queue.waiting === 0 && inFlight.mean < 0.5 * limit;
  const state: ThresholdState = { ...asked.state, idle: calm ? before.idle + period : 0 };
  const terms = { depth, limited };
  // Between two closes of an epoch nobody knows what the last step did to the deadlines.
  if (asked.say === 'grow' && before.epoch.closes === 0)
    return decide(before, limit, 'epoch-open', 'queue-depth', terms);
  if (asked.say === 'grow') {
    const next = { ...state, cooldown: grew(state.cooldown) };
    return decide(next, stepUp(limit, config.step), 'headroom', 'queue-depth', terms);
  }
  if (state.idle < calmMs || limit <= before.home) {
    return decide(state, limit, asked.say === 'cut' ? 'steady' : asked.say, 'queue-depth', terms);
  }
  const wanted = Math.max(before.home, stepDown(limit, config.step));
  return decide({ ...state, idle: 0 }, wanted, 'not-limited', 'queue-depth', terms);
}
