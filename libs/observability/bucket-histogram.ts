import { Cells } from './cells.ts';
import type { Labels } from './closed-labels.ts';
import { renderedExemplar, type Exemplar, type RenderedExemplar } from './exemplar.ts';
import type { TraceIds } from './trace-ids.ts';

interface Buckets {
  readonly labels: Labels;
  /** Observations per bucket, not summed up; the last is beyond all edges. */
  readonly counts: number[];
  sum: number;
  /** The last traced observation of each bucket that has had one. */
  exemplars: (Exemplar | undefined)[] | undefined;
}

/** One line of the text, as the client library wants it told. */
interface Value {
  readonly metricName: string;
  readonly labels: Labels;
  readonly sharedLabels: Labels;
  readonly value: number;
  /** The client library writes it in OpenMetrics alone, where the format has a place for it. */
  readonly exemplar?: RenderedExemplar;
}

/** A histogram that a client library's registry renders like its own, at a fifth of the cost of an observation. */
export class BucketHistogram {
  readonly name: string;
  readonly help: string;
  readonly type = 'histogram';
  readonly #edges: readonly number[];
  readonly #wall: (() => number) | undefined;
  readonly #cells: Cells<Buckets>;

  /** @param options.wall clock of the exemplars, ms since 1970; without one none is kept */
  constructor(options: {
    readonly name: string;
    readonly help: string;
    readonly labelNames: readonly string[];
    readonly edges: readonly number[];
    readonly closed: (labels: Labels) => Labels;
    readonly wall?: (() => number) | undefined;
  }) {
    const { name, help, labelNames, edges, closed, wall } = options;
    this.name = name;
    this.help = help;
    this.#edges = edges;
    this.#wall = wall;
    const counts = edges.length + 1;
    this.#cells = new Cells(labelNames, closed, (labels) => ({
      labels,
      counts: Array(counts).fill(0),
      sum: 0,
      exemplars: undefined,
    }));
  }

  /** Makes the series of these labels, at 0. */
  zero(labels: Labels): void {
    this.#cells.at(labels);
  }

  /** @param trace where it was observed: the exemplar of its bucket, in place of the one before */
  observe(labels: Labels, value: number, trace?: TraceIds): void {
    const cell = this.#cells.at(labels);
    const edges = this.#edges;
    let bucket = 0;
    while (bucket < edges.length && value > (edges[bucket] ?? Infinity)) bucket += 1;
    cell.counts[bucket] = (cell.counts[bucket] ?? 0) + 1;
    cell.sum += value;
    if (trace === undefined || this.#wall === undefined) return;
    cell.exemplars ??= edges.map(() => undefined);
    cell.exemplars[bucket] = { trace, value, at: this.#wall() };
  }

  get(): Promise<{ name: string; help: string; type: string; values: readonly Value[] }> {
    const values = this.#cells.all().flatMap((cell) => this.#valuesOf(cell));
    return Promise.resolve({ name: this.name, help: this.help, type: this.type, values });
  }

  #valuesOf({ labels: sharedLabels, counts, sum, exemplars }: Buckets): readonly Value[] {
    let below = 0;
    const buckets = counts.map((count, index) => {
      below += count;
      const le = String(this.#edges[index] ?? '+Inf');
      const bucket = { metricName: `${this.name}_bucket`, labels: { le }, sharedLabels, value: below };
      const exemplar = exemplars?.[index];
      return exemplar === undefined ? bucket : { ...bucket, exemplar: renderedExemplar(exemplar) };
    });
    const total = { labels: {}, sharedLabels };
    return [
      ...buckets,
      { metricName: `${this.name}_sum`, ...total, value: sum },
      { metricName: `${this.name}_count`, ...total, value: below },
    ];
  }
}
