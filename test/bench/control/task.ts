import type { Oracle } from './oracle.ts';
import type { Run } from './run-once.ts';

/** What a worker thread is asked; every part can be copied between threads. */
export type Task =
  | { readonly kind: 'oracle'; readonly scenario: string; readonly seeds: readonly number[] }
  | {
      readonly kind: 'runs';
      readonly scenario: string;
      readonly subject: string;
      readonly seeds: readonly number[];
      readonly hints: boolean;
      /** On-time jobs per ms of the best fixed limit. */
      readonly rate: number;
      /** The first run is to be drawn. */
      readonly curve: boolean;
    };

export type Answer = { readonly oracle: Oracle } | { readonly runs: readonly Run[] };
