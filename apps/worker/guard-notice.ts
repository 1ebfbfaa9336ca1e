import type { GuardFacts } from '#libs/core';
import type { Emit, FlyballEvent } from '#libs/observability';

/** Says in the log when the memory guard gives up, goes by less than it should, or changes its mind about out-of-memory. */
export function guardNotice(emit: Emit): Emit {
  let before: Pick<GuardFacts, 'state' | 'model'> | undefined;
  return (event: FlyballEvent): void => {
    if (event.type !== 'period') return;
    const { guard } = event.record;
    if (guard === undefined) return;
    const { state, model } = guard;
    if (state !== before?.state) tellState(state, emit);
    if (before !== undefined && model !== before.model) {
      emit({ type: 'notice', level: 'info', event: 'guard-model', fields: { message: modelWords[model] } });
    }
    before = { state, model };
  };
}

function tellState(state: GuardFacts['state'], emit: Emit): void {
  if (state === 'cold' || state === 'on') return;
  const fields = { message: stateWords[state] };
  if (state === 'high-water') emit({ type: 'notice', level: 'info', event: 'guard-high-water', fields });
  else emit({ type: 'notice', level: 'warn', event: `guard-${state}`, fields });
}

const stateWords = {
  off:
    'no source tells how much memory the device has, so the memory guard is off and only the limit keeps jobs back; ' +
    'flyball doctor says what can be read here, and TELEMETRY_GPU=none keeps jobs from waiting for it at the start',
  stale: 'readings of device memory are old: the memory guard goes by what it has learnt, with more caution',
  'high-water':
    'device memory does not fall when jobs end, as with a caching allocator: the memory guard learns from rises alone',
} as const;

const modelWords: Readonly<Record<GuardFacts['model'], string>> = {
  fatal: 'out of memory was seen to cost every job in flight: the memory guard keeps its full distance',
  job: 'out of memory was seen to cost one job at a time: the memory guard keeps less distance',
};
