import type { BoundBit, Mode } from '#libs/core';
import type { Factor } from '../label-sets.ts';

/** What keeps the limit from being higher, where there is no number that says it. */
export const factorWords: Readonly<Record<Factor, string>> = {
  demand: 'there are not enough jobs to use more',
  guard: 'there is no memory for one more job',
  bound: 'a bound stands in the way',
  latency: 'jobs are too slow for their deadlines',
  device: 'the device is too full',
  throughput: 'more jobs at once would bring no more',
  upstream: 'the upstream takes no more',
  telemetry: 'no source tells what the strategy goes by',
  operator: 'a person has the say',
  strategy: 'the strategy asks for no more',
};

export interface BoundWords {
  readonly says: string;
  readonly change: string;
}

export const boundWords: Readonly<Record<Exclude<BoundBit, 'none'>, BoundWords>> = {
  min: { says: 'CONCURRENCY_MIN is the least', change: 'a lower CONCURRENCY_MIN; flyball override says 0 for a pause' },
  max: { says: 'CONCURRENCY_MAX is the most', change: 'a higher CONCURRENCY_MAX, if memory and deadlines allow it' },
  'step-up': {
    says: 'one period at most doubles it or adds one',
    change: 'the next period: the step is all that holds it',
  },
  'step-down': { says: 'one period at most halves it', change: 'the next period: the step is all that holds it' },
};

/** What else holds, or would change, in a mode in which the strategy does not have the say. */
export const modeWords: Readonly<Record<Exclude<Mode, 'auto'>, { readonly says: string; readonly change: string }>> = {
  override: { says: 'a person set the limit', change: 'flyball resume gives the limit back to the strategy' },
  frozen: { says: 'a person keeps the limit as it is', change: 'flyball resume gives the limit back to the strategy' },
  'dry-run': {
    says: 'a dry run applies nothing: the limit stays',
    change: 'a start without CONCURRENCY_DRY_RUN applies what is wanted',
  },
  draining: {
    says: 'the worker is stopping and takes no more jobs',
    change: 'nothing here: the process ends; another worker takes the jobs',
  },
};
