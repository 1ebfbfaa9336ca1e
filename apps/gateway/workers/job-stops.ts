import type { FastifyReply } from 'fastify';
import { Hold, clientGone } from '../hold.ts';
import type { Roster } from './roster.ts';

export interface JobStopsOptions {
  readonly roster: Roster;
  readonly shutdown: AbortSignal;
  /** How long an empty answer is held, ms. */
  readonly hold: number;
}

/** Tells workers which of their jobs to stop. */
export class JobStops {
  readonly #options: JobStopsOptions;

  constructor(options: JobStopsOptions) {
    this.#options = options;
  }

  /** The ids that the worker must hear now; none when there were none in time. */
  async next(workerId: string, reply: FastifyReply): Promise<readonly string[]> {
    const { roster, shutdown, hold: holdMs } = this.#options;
    const worker = roster.waits(workerId);
    const hold = new Hold(holdMs, clientGone(reply), shutdown);
    try {
      return await worker.stops.next(hold.signal);
    } finally {
      hold.close();
      roster.answered(worker);
    }
  }
}
