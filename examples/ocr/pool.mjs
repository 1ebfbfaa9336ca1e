/**
 * Members that serve one job at a time: opened when a job finds none free, used again, and closed after half a minute
 * without work down to `least`.
 *
 * @template {{ readonly usable: boolean, close(): unknown }} Member
 */
export class Pool {
  #settings;
  #made = 0;
  #free = [];
  #waiting = [];

  /** @param {{ open: () => Promise<Member>, least: number, most: number }} settings beyond `most` a job waits */
  constructor(settings) {
    this.#settings = settings;
  }

  /** Opens the `least` members ahead of the first job, so that what they lack is known at the start. */
  async start() {
    await Promise.all(Array.from({ length: this.#settings.least }, () => this.#open()));
  }

  /**
   * @template Result
   * @param {(member: Member) => Promise<Result>} work
   * @param {AbortSignal} signal ends the wait for a member
   * @returns {Promise<Result>}
   */
  async use(work, signal) {
    const member = await this.#take(signal);
    try {
      return await work(member);
    } finally {
      this.#give(member);
    }
  }

  #take(signal) {
    const free = this.#free.pop();
    if (free !== undefined) {
      clearTimeout(free.expiry);
      return free.member;
    }
    const wait = Promise.withResolvers();
    this.#waiting.push(wait);
    signal.addEventListener('abort', () => {
      this.#waiting = this.#waiting.filter((other) => other !== wait);
      wait.reject(signal.reason);
    });
    // Whichever comes first serves the job: the new member, or one that another job gives back.
    if (this.#made < this.#settings.most) this.#open().catch((error) => this.#failed(error));
    return wait.promise;
  }

  async #open() {
    this.#made += 1;
    try {
      this.#give(await this.#settings.open());
    } catch (error) {
      this.#made -= 1;
      throw error;
    }
  }

  /** While other members live, the jobs wait for those. */
  #failed(error) {
    if (this.#made > 0) return;
    for (const wait of this.#waiting.splice(0)) wait.reject(error);
  }

  #give(member) {
    if (!member.usable) {
      this.#made -= 1;
      if (this.#waiting.length > 0) this.#open().catch((error) => this.#failed(error));
      return;
    }
    const next = this.#waiting.shift();
    if (next !== undefined) return next.resolve(member);
    const free = { member, expiry: setTimeout(() => this.#expire(free), 30_000).unref() };
    this.#free.push(free);
  }

  #expire(free) {
    if (this.#made <= this.#settings.least) return;
    this.#free = this.#free.filter((other) => other !== free);
    this.#made -= 1;
    void free.member.close();
  }
}
