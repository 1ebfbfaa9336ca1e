import {
  Occupancy,
  sixDigits,
  startController,
  stepController,
  Window,
  type ControllerSetup,
  type Observation,
  type Verdict,
} from '#libs/core';
import { Random } from '#libs/simulation';

/** What serves the jobs. Jobs beyond `servers` wait inside it, first come first served; the rest share its speed. */
export interface Host {
  readonly servers: number;
  /** Progress of each of n served jobs, in seconds of work per second. */
  readonly speed: (n: number, t: number) => number;
}

/** Work that keeps one core busy, on so many cores. */
export function cores(count: number): Host {
  return { servers: Infinity, speed: (n) => Math.min(1, count / n) };
}

/** An upstream with a fixed pool of workers and a queue in front of them. */
export function pool(size: number): Host {
  return { servers: size, speed: () => 1 };
}

export interface HostRun {
  readonly host: Host;
  readonly setup: ControllerSetup;
  readonly seed: number;
  /** ms: service time of a job that is alone, and its coefficient of variation. */
  readonly solo: number;
  readonly spread: number;
  /** ms; no deadline when absent. */
  readonly deadline?: number;
  readonly duration: number;
  readonly period: number;
  /** Jobs per second, Poisson; a queue that never empties when absent. */
  readonly arrivals?: number;
}

interface Running {
  readonly start: number;
  readonly area: number;
  /** ms of work left. */
  left: number;
}

export interface HostPeriod {
  readonly observation: Observation;
  readonly verdict: Verdict;
}

export interface HostResult {
  readonly periods: readonly HostPeriod[];
  readonly done: number;
  readonly onTime: number;
}

/** The product's gate arithmetic, window and controller around a host, without a clock. */
export function runHost(run: HostRun): HostResult {
  const random = new Random(run.seed);
  const arrivals = random.fork();
  const occupancy = new Occupancy(startController(run.setup).limit, 0);
  const window = new Window();
  const jobs: Running[] = [];
  const periods: HostPeriod[] = [];
  let state = startController(run.setup);
  let [t, done, onTime] = [0, 0, 0];
  let waiting = run.arrivals === undefined ? Infinity : 0;
  let nextArrival = run.arrivals === undefined ? Infinity : 0;

  const fill = (): void => {
    for (; occupancy.free > 0 && waiting > 0; waiting -= 1) {
      occupancy.start(t);
      window.started(0);
      jobs.push({ start: t, area: occupancy.area(t), left: random.logNormal(run.solo, run.spread) });
    }
  };

  const finish = (job: Running): void => {
    const service = t - job.start;
    window.ended({
      outcome: 'succeeded',
      finish: t,
      service,
      n: (occupancy.area(t) - job.area) / service,
      deadline: run.deadline,
    });
    occupancy.finish(t);
    done += 1;
    if (run.deadline === undefined || service <= run.deadline) onTime += 1;
  };

  const runUntil = (until: number): void => {
    while (t < until) {
      const served = jobs.slice(0, run.host.servers);
      const speed = run.host.speed(served.length, t);
      const first = Math.min(...served.map(({ left }) => left)) / speed;
      const next = Math.min(until, t + first, Math.max(t, nextArrival));
      for (const job of served) job.left -= (next - t) * speed;
      t = next;
      for (const job of served.filter(({ left }) => left <= 1e-9)) {
        jobs.splice(jobs.indexOf(job), 1);
        finish(job);
      }
      if (run.arrivals !== undefined && t >= nextArrival) {
        waiting += 1;
        nextArrival = t - (1000 / run.arrivals) * Math.log(arrivals.uniform());
      }
      fill();
    }
  };

  fill();
  for (let seq = 0; (seq + 1) * run.period <= run.duration; seq += 1) {
    runUntil((seq + 1) * run.period);
    const usage = occupancy.period(t);
    const observation: Observation = {
      seq,
      t,
      period: run.period,
      limit: state.limit,
      inFlight: { mean: sixDigits(usage.mean), max: usage.max, last: usage.last },
      limited: sixDigits(usage.limited),
      queue: { waiting: Math.min(1000, waiting), oldest: 0 },
      ...window.close(),
      readings: [],
      missing: [],
    };
    const { state: next, verdict } = stepController(run.setup, state, observation);
    periods.push({ observation, verdict });
    state = next;
    occupancy.resize(state.limit, t);
    fill();
  }
  return { periods, done, onTime };
}
