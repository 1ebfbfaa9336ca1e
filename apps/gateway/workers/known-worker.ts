import type { WorkerReport } from '#libs/queue';
import type { ForeignAttempt } from './foreign-attempt.ts';
import { StopChannel, type StopChannelOptions } from './stop-channel.ts';

/** What this gateway knows of one worker. Another gateway on the same queue may know more: nothing is decided by it alone. */
export class KnownWorker {
  readonly id: string;
  readonly stops: StopChannel;
  /** Handed out here, or named in a ping that came here; by job id. */
  readonly attempts = new Map<string, ForeignAttempt>();
  /** Last call of any kind, ms. */
  seenAt = 0;
  /** Last call that was no ping, ms. */
  calledAt = 0;
  /** Last ping that came here, ms. */
  pingedAt = 0;
  /** Calls that wait for their answer. */
  waiting = 0;
  /** Whether its pings keep its leases: here, by way of another gateway, or not at all. */
  pings: 'never' | 'here' | 'elsewhere' = 'never';
  version: string | undefined;
  /** Why it cannot work, in its own words. */
  unhealthy: string | undefined;
  /** It has asked to be replaced, and the log says so. */
  asksForReplacement = false;

  constructor(id: string, stops: StopChannelOptions) {
    this.id = id;
    this.stops = new StopChannel(stops);
  }

  report(): WorkerReport {
    // A version is only told in pings: that it is known is how other gateways learn that it pings.
    const version = this.version ?? (this.pings === 'here' ? 'unknown' : undefined);
    return {
      id: this.id,
      kind: 'foreign',
      state: this.unhealthy === undefined ? 'ready' : 'unhealthy',
      inFlight: this.attempts.size,
      ...(version !== undefined && { version }),
      ...(this.unhealthy !== undefined && { detail: this.unhealthy }),
    };
  }
}
