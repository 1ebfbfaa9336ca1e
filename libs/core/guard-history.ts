import type { Composition, Member } from './guard-composition.ts';

interface Change extends Member {
  readonly t: number;
  readonly ended: boolean;
}

/** Readings are old by seconds at the most; a source that is slower than this has not been seen. */
const keptMs = 60_000;

/** Who started and ended in the last minute, so that a reading can be held against what ran when it was taken. */
export class History {
  #changes: Change[] = [];
  #first = 0;

  started(member: Member, t: number): void {
    this.#push({ ...member, t, ended: false });
  }

  ended(member: Member, t: number): void {
    this.#push({ ...member, t, ended: true });
  }

  /** `joined`: started since `t` and still there. `left`: ended since, of those that were there just before `t`. */
  since(t: number, joined: Composition, left: Composition): void {
    joined.clear();
    left.clear();
    for (let index = this.#firstSince(t); index < this.#changes.length; index += 1) {
      const change = this.#changes[index]!;
      if (!change.ended) joined.add(change);
      else if (change.start >= t) joined.remove(change);
      else left.add(change);
    }
  }

  /** Adds who started and who ended in [from, to). */
  between(from: number, to: number, started: Composition, ended: Composition): void {
    for (let index = this.#firstSince(from); index < this.#changes.length; index += 1) {
      const change = this.#changes[index]!;
      if (change.t >= to) return;
      (change.ended ? ended : started).add(change);
    }
  }

  /** Adds who has ended since `t`, or at it. */
  addEnded(t: number, to: Composition): void {
    for (const change of this.#changes.slice(this.#firstSince(t))) if (change.ended) to.add(change);
  }

  #firstSince(t: number): number {
    let index = this.#changes.length;
    // The index stays within the array.
    while (index > this.#first && this.#changes[index - 1]!.t >= t) index -= 1;
    return index;
  }

  #push(change: Change): void {
    this.#changes.push(change);
    while (this.#changes[this.#first]!.t < change.t - keptMs) this.#first += 1;
    if (this.#first < 1024 || 2 * this.#first < this.#changes.length) return;
    this.#changes = this.#changes.slice(this.#first);
    this.#first = 0;
  }
}
