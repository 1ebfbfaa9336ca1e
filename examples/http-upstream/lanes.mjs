/** All lanes are busy and the queue before them is full. */
export class Full extends Error {}

/**
 * A device with a fixed number of lanes, each serving one request at a time, and a first-in-first-out queue before them.
 * It keeps account of itself, so that a test can tell what happened without a clock.
 */
export class Lanes {
  #count;
  #queueLimit;
  #queue = [];
  #account = { running: 0, waiting: 0, mostRunning: 0, mostWaiting: 0, served: 0, stopped: 0, refused: 0 };

  /** @param {{ count: number, queueLimit: number }} settings */
  constructor({ count, queueLimit }) {
    this.#count = count;
    this.#queueLimit = queueLimit;
  }

  get account() {
    return { lanes: this.#count, ...this.#account, waiting: this.#queue.length };
  }

  /**
   * @template Result
   * @param {() => Promise<Result>} work holds a lane until it ends
   * @param {AbortSignal} signal ends the wait for a lane
   * @returns {Promise<Result>}
   * @throws {Full}
   */
  async use(work, signal) {
    await this.#enter(signal);
    try {
      const result = await work();
      this.#account.served += 1;
      return result;
    } catch (error) {
      this.#account.stopped += 1;
      throw error;
    } finally {
      this.#leave();
    }
  }

  async #enter(signal) {
    signal.throwIfAborted();
    if (this.#account.running < this.#count) return this.#start();
    if (this.#queue.length >= this.#queueLimit) {
      this.#account.refused += 1;
      throw new Full(`${this.#count} lanes are busy and ${this.#queueLimit} requests wait.`);
    }
    const turn = Promise.withResolvers();
    this.#queue.push(turn);
    this.#account.mostWaiting = Math.max(this.#account.mostWaiting, this.#queue.length);
    const leave = () => {
      this.#queue = this.#queue.filter((other) => other !== turn);
      turn.reject(signal.reason);
    };
    signal.addEventListener('abort', leave, { once: true });
    await turn.promise;
    signal.removeEventListener('abort', leave);
  }

  #start() {
    this.#account.running += 1;
    this.#account.mostRunning = Math.max(this.#account.mostRunning, this.#account.running);
  }

  #leave() {
    this.#account.running -= 1;
    const next = this.#queue.shift();
    if (next === undefined) return;
    // Started here, not when the waiter wakes, so that nobody can slip into its lane.
    this.#start();
    next.resolve();
  }
}
