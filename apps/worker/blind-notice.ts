import { whyWords, type DecisionRecord } from '#libs/core';
import type { Emit, FlyballEvent } from '#libs/observability';
import { signalOf } from '#libs/strategies';

/** A device that warms up, or one late reading, is no news. */
const lastsMs = 3000;

/** Says in the log that the strategy lacks the reading it needs, once that has lasted, and when it goes on. */
export function blindNotice(emit: Emit): Emit {
  let since: number | undefined;
  let told = false;
  return (event: FlyballEvent): void => {
    // In a drain no strategy is asked: whether it has its readings is not told.
    if (event.type !== 'period' || event.record.mode === 'draining') return;
    const { record } = event;
    if (!isBlind(record)) {
      if (told) emit({ type: 'notice', level: 'info', event: 'signal-back', fields: backFields(record) });
      since = undefined;
      told = false;
      return;
    }
    since ??= record.t;
    if (told || record.t - since < lastsMs) return;
    told = true;
    emit({ type: 'notice', level: 'warn', event: 'signal-lost', fields: lostFields(record) });
  };
}

function isBlind({ reason }: DecisionRecord): boolean {
  return reason === 'signal-missing' || reason === 'signal-stale' || reason === 'blind';
}

function lostFields(record: DecisionRecord): Readonly<Record<string, unknown>> {
  const { strategy, limit, decision, observation } = record;
  const signal = signalOf(decision.terms);
  const whys = observation.missing.filter(({ name }) => !name.startsWith('host.')).map(({ why }) => whyWords[why]);
  const why = whys.length > 0 ? [...new Set(whys)].join(', ') : 'no source tells it';
  const what = signal === undefined ? 'a reading it needs' : `the readings of its signal ${signal}`;
  const message =
    `${strategy} lacks ${what} (${why}): the limit is held at ${limit.gate} and, 30 s after the loss, lowered step by ` +
    'step to CONCURRENCY_INITIAL; flyball doctor says what can be read here';
  return { strategy, signal, limit: limit.gate, message };
}

function backFields({ strategy, limit }: DecisionRecord): Readonly<Record<string, unknown>> {
  return {
    strategy,
    limit: limit.gate,
    message: `${strategy} has its readings again and goes on at limit ${limit.gate}`,
  };
}
