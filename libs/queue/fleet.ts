/** What a worker says of itself, or its gateway of it. Times in wall-clock ms. */
export interface WorkerReport {
  readonly id: string;
  /** `foreign`: it speaks RunPod's job protocol with a gateway. */
  readonly kind: 'flyball' | 'foreign';
  readonly state: 'initializing' | 'ready' | 'draining' | 'unhealthy';
  readonly inFlight: number;
  /** Jobs it may run at once, where it tells. */
  readonly limit?: number;
  /** Ready for two minutes. */
  readonly warm?: boolean;
  readonly version?: string;
  /** Id of its last decision. */
  readonly decision?: string;
  /** Why it is unhealthy, in its own words. */
  readonly detail?: string;
}

/** Who works for an endpoint now. A worker that is not reported again within its time is gone. */
export interface Fleet {
  /** Takes the place of what was said before. */
  report(worker: WorkerReport, lastsMs: number): Promise<void>;
  leave(id: string): Promise<void>;
  workers(): Promise<readonly WorkerReport[]>;
}

/** Where gateway and workers meet in one process. */
export class MemoryFleet implements Fleet {
  readonly #now: () => number;
  readonly #known = new Map<string, { readonly worker: WorkerReport; readonly until: number }>();

  /** @param now ms, of a clock that does not go back */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  async report(worker: WorkerReport, lastsMs: number): Promise<void> {
    this.#known.set(worker.id, { worker, until: this.#now() + lastsMs });
  }

  async leave(id: string): Promise<void> {
    this.#known.delete(id);
  }

  async workers(): Promise<readonly WorkerReport[]> {
    const now = this.#now();
    for (const [id, { until }] of this.#known) if (until <= now) this.#known.delete(id);
    return [...this.#known.values()].map(({ worker }) => worker);
  }
}
