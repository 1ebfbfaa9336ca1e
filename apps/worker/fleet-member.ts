import type { Fleet, WorkerReport } from '#libs/queue';

const everyMs = 5000;
/** Two reports may be lost. */
const lastsMs = 3 * everyMs;

/** Tells the fleet how this worker is, for as long as it is. */
export class FleetMember {
  readonly #fleet: Fleet;
  readonly #own: () => WorkerReport;
  readonly #timer: NodeJS.Timeout;

  constructor(fleet: Fleet, own: () => WorkerReport) {
    this.#fleet = fleet;
    this.#own = own;
    this.#timer = setInterval(() => void this.#report(), everyMs).unref();
    void this.#report();
  }

  async leave(): Promise<void> {
    clearInterval(this.#timer);
    await this.#fleet.leave(this.#own().id).catch(() => undefined);
  }

  /** What is not told now is told in five seconds. */
  async #report(): Promise<void> {
    await this.#fleet.report(this.#own(), lastsMs).catch(() => undefined);
  }
}
