import type { Emit } from '#libs/observability';
import type { Fleet, Queue } from '#libs/queue';
import { AttemptEnds } from './attempt-ends.ts';
import { Caretaker } from './caretaker.ts';
import { ForeignAttempts } from './foreign-attempts.ts';
import { JobStops } from './job-stops.ts';
import { JobTakes } from './job-takes.ts';
import { Pings } from './pings.ts';
import { Results } from './results.ts';
import { Roster } from './roster.ts';
import type { WorkerTimes } from './times.ts';

export interface WorkerProtocolOptions {
  readonly queue: Queue;
  readonly fleet: Fleet;
  readonly emit: Emit;
  readonly shutdown: AbortSignal;
  /** Wall clock, ms since 1970. */
  readonly now: () => number;
  /** How long an empty take or stop is held, ms. */
  readonly hold: number;
  readonly times: WorkerTimes;
}

/** RunPod's job protocol for workers that are other programs, such as its Python SDK: wires the parts. */
export class WorkerProtocol {
  readonly takes: JobTakes;
  readonly stops: JobStops;
  readonly results: Results;
  readonly pings: Pings;
  readonly #caretaker: Caretaker;

  constructor(options: WorkerProtocolOptions) {
    const { queue, emit, now, times } = options;
    const ends = new AttemptEnds(queue, emit);
    const roster = new Roster(options);
    const attempts = new ForeignAttempts({ queue, ends, emit, now });
    const parts = { ...options, ends, roster, attempts };
    this.takes = new JobTakes({ ...parts, leaseMs: times.silence });
    this.stops = new JobStops(parts);
    this.results = new Results(parts);
    this.pings = new Pings({ ...parts, settling: times.settling });
    this.#caretaker = new Caretaker({ ...parts, silence: times.silence });
  }

  onModuleDestroy(): void {
    this.#caretaker.close();
  }
}
