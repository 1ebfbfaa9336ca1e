import { sixDigits, type Observation } from '#libs/core';
import type { Goal } from './goodput-goal.ts';

const rising = 0.3;
const falling = 0.005;
/** Waits of the order of the deadline; a backlog much older than that is no haste. */
const [least, most] = [0.2, 1.5];
/** Of the jobs that are on time at the limit for deadlines alone, this share has to stay so. */
const keptShare = 0.15;

/** Smoothed share of the deadline that jobs wait before they start. */
export function addWait(waited: number, { wait, service, slack, queue }: Observation): number {
  if (wait === undefined && queue?.waiting === 0) return sixDigits((1 - falling) * waited);
  if (wait === undefined || service === undefined || slack === undefined || !(service.p50 > 0)) return waited;
  const share = (wait.p50 * slack.p50) / service.p50;
  return sixDigits(waited + (share > waited ? rising : falling) * (share - waited));
}

export function isPressed(waited: number): boolean {
  return waited > least && waited < most;
}

/** Throughput, as far as service alone leaves enough jobs on time. */
export function pressedRates({ rates, onTime }: Goal, target: number): readonly number[] {
  const leastOnTime = keptShare * (onTime[target - 1] ?? 0);
  return rates.map((rate, index) => {
    const share = onTime[index]!;
    return index + 1 < target || share < leastOnTime || share === 0 ? 0 : rate / share;
  });
}
