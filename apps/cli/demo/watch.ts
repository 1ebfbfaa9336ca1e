import type { DecisionRecord } from '#libs/core';
import type { FlyballEvent } from '#libs/observability';

/** What the demo learns from the product's own events. */
export class Watch {
  /** Jobs that have begun. */
  begun = 0;
  /** Jobs that used up their attempts. */
  failed = 0;
  onPeriod: (record: DecisionRecord) => void = () => undefined;

  see(event: FlyballEvent): void {
    if (event.type === 'period') this.onPeriod(event.record);
    else if (event.type === 'attempt-started' && event.attempt === 1) this.begun += 1;
    else if (event.type === 'job-finished' && event.status === 'failed') this.failed += 1;
  }
}
