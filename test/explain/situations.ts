import type { DecisionRecord } from '#libs/core';
import { recordsOf } from './recorded.ts';
import { drained } from './told.ts';

/** What an operator may find at three in the morning, and what the text about it has to name. */
export interface Situation {
  readonly name: string;
  readonly record: () => DecisionRecord | undefined;
  readonly number: RegExp;
  readonly cause: RegExp;
  /** With its age, where it is there. */
  readonly signal: RegExp;
  readonly change: RegExp;
}

const reading = /gpu memory \d\.\d\d \(simulated, [\d.]+ m?s old\)/;

export const situations: readonly Situation[] = [
  {
    name: 'slow-start',
    record: () => recordsOf('slow-start').find(({ reason, limit }) => reason === 'slow-start' && limit.gate >= 8),
    number: /^limit \d+ · .*was \d+.* at 2026-09-21T14:\d\d:\d\dZ$/m,
    cause: /held by {2}\w+: .*(doubles|step)/,
    signal: reading,
    change: /changes {2}\S/,
  },
  {
    name: 'headroom',
    record: () =>
      recordsOf('knee-aimd').findLast(({ reason, action }) => reason === 'headroom' && action === 'increase'),
    number: /late 0(\.\d+)?, limited [\d.]+, jobs \d+/,
    cause: /headroom: .*there is room for more/,
    signal: reading,
    change: /changes {2}.*where the signal passes its mark/,
  },
  {
    name: 'misses',
    record: () =>
      recordsOf('knee-aimd').find(
        ({ reason, action, decision }) =>
          reason === 'deadline-misses' && action === 'decrease' && decision.terms?.['jobs'] !== undefined,
      ),
    number: /latency: [\d.]+ % of [\d.]+ jobs were late/,
    cause: /deadline-misses: too many jobs ended after their deadline/,
    signal: /p95 [\d.]+ s of deadlines from [\d.]+ s to/,
    change: /changes {2}fewer late jobs: a longer LATENCY_TARGET/,
  },
  {
    name: 'guard-refusal',
    record: () =>
      recordsOf('guard-saves-a-fixed-limit').find(({ seq, guard }) => seq > 60 && (guard?.refused ?? 0) > 0),
    number: /guard: .*one more job would .*\d+\.\d\d of \d+\.\d\d GB.*; about \d+(\.\d+)? fit/,
    cause: /held by {2}guard/,
    signal: reading,
    change: /changes {2}a job that ends and gives its memory back/,
  },
  {
    name: 'oom-cut',
    record: () => recordsOf('out-of-memory-cut').find(({ reason }) => reason === 'oom-cut'),
    number: /the limit was cut from [\d.]+ to [\d.]+/,
    cause: /guard: memory ran out \(\d+ jobs lost\)/,
    signal: reading,
    change: /changes {2}it grows again while memory holds/,
  },
  {
    name: 'stale-signal',
    record: () => recordsOf('blind-and-back').filter(({ reason }) => reason === 'signal-stale')[10],
    number: /^limit \d+ · /,
    cause:
      /telemetry: gpu memory: the last value is too old.*; the signal the strategy goes by is gone, so the limit is held/,
    signal: /missing {2}gpu utilization, gpu memory: the last value is too old/,
    change: /changes {2}three new readings/,
  },
  {
    name: 'override',
    record: () => recordsOf('override').findLast(({ mode, limit }) => mode === 'override' && limit.since < 20_000),
    number: /^limit 3 · .*override/,
    cause: /operator: a test set 3 until 2026-09-21T14:02:\d\dZ \([\d.]+ m?s left\): a test/,
    signal: reading,
    change: /changes {2}flyball resume .*at 2026-09-21T14:02:\d\dZ it goes back by itself/,
  },
  {
    name: 'freeze',
    record: () => recordsOf('freeze').findLast(({ mode }) => mode === 'frozen'),
    number: /^limit 30 · .*frozen/,
    cause: /operator: a test keeps the limit at 30 until somebody resumes: a test/,
    signal: reading,
    change: /changes {2}flyball resume .*no end of its own/,
  },
  {
    name: 'draining',
    record: () => drained(recordsOf('knee-aimd').at(-1)),
    number: /; \d+ were running/,
    cause: /^limit \d+ .*draining.*\nheld by {2}operator: the worker is stopping and takes no more jobs/,
    signal: reading,
    change: /changes {2}nothing here: the process ends/,
  },
  {
    name: 'strategy-error',
    record: () => recordsOf('knee-aimd', { failsAt: 40 })[40],
    number: /so the limit stays \d+/,
    cause: /strategy: aimd failed \(threw: TypeError: Cannot read/,
    signal: reading,
    change: /changes {2}a period in which it answers with a number/,
  },
];
