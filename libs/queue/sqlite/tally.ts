/** The counters of the queue as they will be when the current transaction commits. Mutable on purpose: one per queue. */
export interface Tally {
  waiting: number;
  lowPriority: number;
  leased: number;
  completed: number;
  failed: number;
  cancelled: number;
  timedOut: number;
  retried: number;
  /** The highest `job.seq` and `chunk.seq` ever given out: a number is never used twice. */
  lastJob: number;
  lastChunk: number;
}

/** In the order of the columns of table `tally`. */
export function tallyValues(tally: Readonly<Tally>): readonly number[] {
  return [
    tally.waiting,
    tally.lowPriority,
    tally.leased,
    tally.completed,
    tally.failed,
    tally.cancelled,
    tally.timedOut,
    tally.retried,
    tally.lastJob,
    tally.lastChunk,
  ];
}

export function tallyOf(row: Readonly<Record<string, unknown>> | undefined): Tally {
  const read = (column: string): number => Number(row?.[column] ?? 0);
  return {
    waiting: read('waiting'),
    lowPriority: read('low_priority'),
    leased: read('leased'),
    completed: read('completed'),
    failed: read('failed'),
    cancelled: read('cancelled'),
    timedOut: read('timed_out'),
    retried: read('retried'),
    lastJob: read('last_job'),
    lastChunk: read('last_chunk'),
  };
}
