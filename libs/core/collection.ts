import type { Sample, SourceKind } from './telemetry.ts';

/** How one collection of a telemetry source ended; a closed set, a metric label. */
export const collectionResults = [
  'ok',
  /** Answered, and a device that was there before is not, or a number had to be rejected. */
  'partial',
  /** Answered, with values that have not changed for two of the source's intervals. */
  'unchanged',
  'timeout',
  /** A command ended with a status that says it failed; or the process that reads did. */
  'exit',
  /** It could not be started: no such command, no such library. */
  'spawn',
  /** It answered with something that is not understood. */
  'parse',
  /** It answered that there is no device. */
  'empty',
  /** It cannot be asked: a process is stuck in the kernel. */
  'stuck',
  /** It answered with an error, or its address does not answer. */
  'error',
] as const;
export type CollectionResult = (typeof collectionResults)[number];
export type FailedResult = Exclude<CollectionResult, 'ok' | 'partial' | 'unchanged'>;

export interface CollectionFailure {
  readonly result: FailedResult;
  /** What happened, in words; one sentence without a full stop. */
  readonly message: string;
  /** What to do about it; one sentence, for `flyball doctor` and for errors at start. */
  readonly next?: string;
  /** The source is not here (no library, no command): asking again soon will not help. */
  readonly absent?: true;
  /** The process that reads all sources had to be ended for it: asking again soon may cost the others' readings too. */
  readonly endedProcess?: true;
}

/** What telemetry does, for logs and metrics. Durations and ages in ms. */
export type TelemetryEvent =
  | {
      readonly type: 'collection';
      readonly source: SourceKind;
      readonly result: CollectionResult;
      readonly durationMs: number;
      /** Of the values when they arrived, duration of the read included. */
      readonly ageMs?: number;
      /** With every reading, also those no law sees; impossible numbers have been taken out. */
      readonly sample?: Sample;
      readonly failure?: CollectionFailure;
      /** Readings whose number cannot be (negative, above 100 %, used above total). */
      readonly rejected?: readonly string[];
    }
  /** The GPU source that readings come from changed; without one there is none now. */
  | {
      readonly type: 'source-switched';
      readonly source?: SourceKind;
      readonly cause: SwitchCause;
      /** Why not those before it in the order, or why none. */
      readonly detail?: string;
    }
  | { readonly type: 'probe-restarted'; readonly cause: ProbeRestartCause; readonly detail: string }
  /** A process that SIGKILL does not end: it is left behind, and its source is not asked again until it is gone. */
  | { readonly type: 'probe-abandoned'; readonly pid: number; readonly source?: SourceKind }
  | { readonly type: 'probe-reaped'; readonly pid: number }
  /** A line of the probe's stderr. */
  | { readonly type: 'probe-said'; readonly text: string };

export const switchCauses = ['start', 'failed', 'recovered'] as const;
export type SwitchCause = (typeof switchCauses)[number];
export const probeRestartCauses = ['timeout', 'crash', 'channel'] as const;
export type ProbeRestartCause = (typeof probeRestartCauses)[number];
