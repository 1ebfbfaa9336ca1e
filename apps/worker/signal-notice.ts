import { signalOf } from '#libs/strategies';
import type { Emit, FlyballEvent } from '#libs/observability';

/** Says in the log which signal the strategy goes by, at first and whenever it changes. */
export function signalNotice(emit: Emit): Emit {
  let last: string | undefined;
  return (event: FlyballEvent): void => {
    if (event.type !== 'period') return;
    const signal = signalOf(event.record.decision.terms);
    if (signal === undefined || signal === last) return;
    last = signal;
    const fields = { strategy: event.record.strategy, signal };
    emit({ type: 'notice', level: 'info', event: 'signal-in-use', fields });
  };
}
