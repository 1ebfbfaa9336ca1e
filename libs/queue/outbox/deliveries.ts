/** Since when and how often something is tried. */
export interface Tried {
  /** Tries that failed. */
  tries: number;
}

export interface DeliveriesOptions<Item extends Tried> {
  /** One try: true when there is nothing more to do for it. Never rejects. */
  readonly attempt: (item: Item) => Promise<boolean>;
  /** Tries under way at once. */
  readonly parallel: number;
  /** Pause after the first failure of an item, doubling, and the longest. ms */
  readonly pauses: { readonly first: number; readonly most: number };
  readonly random: () => number;
}

/** So many failures with no success between them: it is not the result, nobody takes any. */
const outageAfter = 3;

/**
 * Tries each item until its attempt says that it is over: the first time at once, then after pauses that double, with jitter.
 * While nothing passes, one item after the other is tried, with pauses between them; the first that passes calls all others.
 */
export class Deliveries<Item extends Tried> {
  readonly #options: DeliveriesOptions<Item>;
  readonly #ready: Item[] = [];
  /** When each is due, monotonic ms. */
  readonly #resting = new Map<Item, number>();
  readonly #active = new Set<Promise<void>>();
  #failuresInARow = 0;
  #timer: NodeJS.Timeout | undefined;
  /** When the timer ends, monotonic ms. */
  #wakesAt = Infinity;
  #stopped = false;

  constructor(options: DeliveriesOptions<Item>) {
    this.#options = options;
  }

  add(item: Item): void {
    this.#ready.push(item);
    this.#run();
  }

  /** Who rests is tried now. */
  hurry(): void {
    this.#ready.push(...this.#resting.keys());
    this.#resting.clear();
    this.#run();
  }

  /** Begins no further try; resolves when none is under way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await Promise.all(this.#active);
  }

  #run(): void {
    while (!this.#stopped && this.#active.size < this.#options.parallel) {
      const item = this.#ready.shift();
      if (item === undefined) return;
      const attempt = this.#try(item).finally(() => {
        this.#active.delete(attempt);
        this.#run();
      });
      this.#active.add(attempt);
    }
  }

  async #try(item: Item): Promise<void> {
    const done = await this.#options.attempt(item);
    if (done) return this.#succeeded();
    item.tries += 1;
    this.#failuresInARow += 1;
    this.#resting.set(item, performance.now() + this.#pause(item.tries));
    this.#arm();
  }

  #succeeded(): void {
    const outage = this.#failuresInARow >= outageAfter;
    this.#failuresInARow = 0;
    if (outage) this.hurry();
  }

  /** Half of it certain, half by chance. */
  #pause(failures: number): number {
    const { pauses, random } = this.#options;
    return Math.min(pauses.most, pauses.first * 2 ** Math.min(failures - 1, 30)) * (0.5 + 0.5 * random());
  }

  #arm(): void {
    if (this.#stopped || this.#resting.size === 0) return;
    const outage = this.#failuresInARow >= outageAfter;
    const pause = outage ? this.#pause(this.#failuresInARow - outageAfter + 1) : 0;
    const wakesAt = Math.max(this.#firstDue(), performance.now() + pause);
    if (wakesAt >= this.#wakesAt) return;
    clearTimeout(this.#timer);
    this.#wakesAt = wakesAt;
    this.#timer = setTimeout(() => this.#wake(), Math.max(0, wakesAt - performance.now()));
  }

  #firstDue(): number {
    let first = Infinity;
    for (const due of this.#resting.values()) first = Math.min(first, due);
    return first;
  }

  #wake(): void {
    this.#wakesAt = Infinity;
    const outage = this.#failuresInARow >= outageAfter;
    const now = performance.now();
    for (const [item, due] of this.#resting) {
      // A timer may end a millisecond early.
      if (due > now + 1) continue;
      this.#resting.delete(item);
      this.#ready.push(item);
      if (outage) break;
    }
    this.#run();
    this.#arm();
  }
}
