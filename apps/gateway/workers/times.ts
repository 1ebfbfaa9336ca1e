/** How patient the gateway is with workers, ms. */
export interface WorkerTimes {
  /** Not heard of for so long, a worker is gone and what it had goes back to the queue: three of its pings and 5 s. */
  readonly silence: number;
  /** A job that two pings in a row do not name is lost, but not sooner than this after it was handed over. */
  readonly settling: number;
  /** A stop is said again after this, then after twice as long and so on, half a minute at most. */
  readonly stopRepeat: number;
}

/** Of a worker that pings every 10 s, as the environment printed for it says. */
export const defaultWorkerTimes: WorkerTimes = { silence: 35_000, settling: 20_000, stopRepeat: 2_000 };
