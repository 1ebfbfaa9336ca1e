import type { DecisionRecord, Reason } from '#libs/core';

/** At most 24 columns each: they share the line with the figures. */
const words: Readonly<Record<Reason, string>> = {
  'slow-start': 'doubles: all in use',
  headroom: 'up: deadlines are met',
  'queue-pressure': 'up: this level worked',
  'goodput-up': 'up: gains on-time jobs',
  'probe-up': 'up a little, to see',
  'saturation-probe': 'up a little, to see',
  'deadline-misses': 'down: jobs were late',
  'latency-high': 'down: jobs too slow',
  'signal-high': 'down: device too full',
  'goodput-down': 'down: gains on-time jobs',
  'probe-down': 'down a little, to see',
  'slo-brake': 'down: jobs were late',
  overloaded: 'down: upstream refuses',
  steady: 'stays: on its mark',
  plateau: 'stays: more gave nothing',
  'not-limited': 'stays: there is room',
  'epoch-open': 'measures this level',
  cooldown: 'stays: next level failed',
  'warming-up': 'stays: warming up',
  'no-samples': 'stays: too few jobs',
  'signal-unusable': 'stays: signal unusable',
  fixed: 'fixed',
  modifier: 'its own modifier',
  'modifier-pending': 'waits for its modifier',
  starting: 'starts',
  'signal-missing': 'stays: no signal',
  'signal-stale': 'stays: its signal is old',
  blind: 'down: blind for too long',
  'strategy-error': 'stays: strategy failed',
  'oom-cut': 'CUT: out of memory',
  override: 'set by hand',
  frozen: 'frozen by hand',
  draining: 'draining',
};

export function reasonInWords({ reason, bounds, guard }: Pick<DecisionRecord, 'reason' | 'bounds' | 'guard'>): string {
  if (reason === 'not-limited' && guard !== undefined && guard.refused > 0) return 'stays: guard holds back';
  if (bounds.bit === 'max') return 'wants more: is at max';
  if (bounds.bit === 'min') return 'wants less: is at min';
  return words[reason];
}
