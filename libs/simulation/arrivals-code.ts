import { exponential, type ArrivalTimes } from './arrivals.ts';

/**
 * Editors asking for code: silence, then a burst of batches. Fitted to the code trace of Azure, 2023 (2.57 a second,
 * inter-arrival CV 13, three seconds of four empty).
 */
export const codeArrivals: ArrivalTimes = (random) => {
  let [batchAt, burstEnd, rate] = [0, 0, 0];
  let [last, left] = [0, 0];
  const startBurst = (at: number): void => {
    batchAt = at;
    burstEnd = at + 1000 * random.logNormal(5.6, 1.4);
    rate = random.logNormal(11, 0.5) / 1000;
  };
  startBurst(0);
  return () => {
    if (left > 0) {
      left -= 1;
      last += betweenBatched;
      return last;
    }
    batchAt += exponential(random, rate / batchSize);
    while (batchAt > burstEnd) {
      startBurst(burstEnd + 1000 * (1 + random.logNormal(17.8, 2.5)));
      batchAt += exponential(random, rate / batchSize);
    }
    // Geometric, at least one.
    left = Math.floor(Math.log(random.uniform()) / Math.log(1 - 1 / batchSize));
    // A batch may begin before the one ahead of it is through.
    last = Math.max(batchAt, last + betweenBatched);
    return last;
  };
};

/** Mean; the rate of a burst counts jobs, not batches. */
const batchSize = 1.7;
/** ms */
const betweenBatched = 1;
