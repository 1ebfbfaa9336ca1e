import { aborted } from './hold.ts';

/** One at a time for each key, first come first served. */
export class Turns {
  readonly #last = new Map<string, Promise<void>>();

  /**
   * Waits for the turn. Call the answer when it is over; the turn may end more than once.
   * Aborted before it came: `undefined`, and the next in line is not held up.
   */
  async take(key: string, signal: AbortSignal): Promise<(() => void) | undefined> {
    const before = this.#last.get(key) ?? Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    const turn = before.then(() => promise);
    this.#last.set(key, turn);
    void turn.then(() => {
      if (this.#last.get(key) === turn) this.#last.delete(key);
    });
    const came = await Promise.race([before.then(() => true), aborted(signal).then(() => false)]);
    if (came) return resolve;
    resolve();
    return undefined;
  }
}
