import type { GuardFacts } from '#libs/core';
import type { Emit, FlyballEvent } from '#libs/observability';

/** Says in the log when the memory guard gives up, goes by less than it should, or changes its mind about out-of-memory. */
export function guardNotice(emit: Emit): Emit {
  let before: Pick<GuardFacts, 'state' | 'model'> | undefined;
  const tell = (level: 'info' | 'warn', event: string, message: string): void =>
    emit({ type: 'notice', level, event, fields: { message } });
  return (event: FlyballEvent): void => {
    if (event.type !== 'period') return;
    const { guard } = event.record;
    if (guard === undefined) return;
    const { state, model } = guard;
    const words = state === before?.state ? undefined : stateWords[state];
    if (words !== undefined) tell(state === 'high-water' ? 'info' : 'warn', `guard-${state}`, words);
    if (before !== undefined && model !== before.model) tell('info', 'guard-model', modelWords[model]);
    before = { state, model };
  };
}

const stateWords: Readonly<Partial<Record<GuardFacts['state'], string>>> = {
  off:
    'no source tells how much memory the device has, so the memory guard is off and only the limit keeps jobs back; ' +
    'flyball doctor says what can be read here, and TELEMETRY_GPU=none keeps jobs from waiting for it at the start',
  stale: 'readings of device memory are old: the memory guard goes by what it has learnt, with more caution',
  'high-water':
    'device memory does not fall when jobs end, as with a caching allocator: the memory guard learns from rises alone',
};

const modelWords: Readonly<Record<GuardFacts['model'], string>> = {
  fatal: 'out of memory was seen to cost every job in flight: the memory guard keeps its full distance',
  job: 'out of memory was seen to cost one job at a time: the memory guard keeps less distance',
};
