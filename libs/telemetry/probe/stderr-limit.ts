const linesPerMinute = 10;
const minuteMs = 60_000;
const longest = 500;

/** Lets ten lines a minute through, whichever process says them: one that cannot start says the same again and again. */
export class StderrLimit {
  readonly #now: () => number;
  readonly #say: (text: string) => void;
  #since = -Infinity;
  #said = 0;

  /** `now`: ms, monotonic */
  constructor(now: () => number, say: (text: string) => void) {
    this.#now = now;
    this.#say = say;
  }

  hear(line: string): void {
    if (line.trim() === '') return;
    const now = this.#now();
    if (now - this.#since >= minuteMs) {
      this.#since = now;
      this.#said = 0;
    }
    this.#said += 1;
    if (this.#said > linesPerMinute) return;
    const last = this.#said === linesPerMinute;
    this.#say(line.slice(0, longest) + (last ? ' (what follows within the minute is left out)' : ''));
  }
}
