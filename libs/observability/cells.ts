import type { Labels } from './closed-labels.ts';

interface Node<Cell> {
  cell?: Cell;
  readonly next: Map<string | undefined, Node<Cell>>;
}

/**
 * One cell for each label combination, found by its values one after the other. Making a key of them, as client libraries
 * do, is most of what counting costs; a job is counted a dozen times.
 */
export class Cells<Cell> {
  readonly #names: readonly string[];
  readonly #closed: (labels: Labels) => Labels;
  readonly #make: (labels: Labels) => Cell;
  readonly #root: Node<Cell> = { next: new Map() };
  readonly #all: Cell[] = [];

  /** @param closed keeps labels inside their sets; asked only for combinations not met before */
  constructor(names: readonly string[], closed: (labels: Labels) => Labels, make: (labels: Labels) => Cell) {
    this.#names = names;
    this.#closed = closed;
    this.#make = make;
  }

  at(labels: Labels): Cell {
    let node: Node<Cell> | undefined = this.#root;
    for (const name of this.#names) {
      node = node.next.get(labels[name]);
      if (node === undefined) return this.#add(this.#closed(labels));
    }
    return node.cell ?? this.#add(this.#closed(labels));
  }

  all(): readonly Cell[] {
    return this.#all;
  }

  clear(): void {
    this.#root.next.clear();
    delete this.#root.cell;
    this.#all.length = 0;
  }

  #add(labels: Labels): Cell {
    let node = this.#root;
    for (const name of this.#names) {
      const next = node.next.get(labels[name]) ?? { next: new Map() };
      node.next.set(labels[name], next);
      node = next;
    }
    if (node.cell === undefined) {
      node.cell = this.#make(labels);
      this.#all.push(node.cell);
    }
    return node.cell;
  }
}
