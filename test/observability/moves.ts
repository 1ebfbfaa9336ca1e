/** Panels whose value must follow the plant: from little to do to more than the workers can do, the mean goes this way. */
export interface Move {
  /** uid of the dashboard, and title. */
  readonly panel: string;
  readonly ref?: string;
  /** Only series with these labels. */
  readonly labels?: Readonly<Record<string, string>>;
}

const main = { queue: 'main' };

export const rises: readonly Move[] = [
  { panel: 'flyball-overview › Limit, wanted and in flight', ref: 'A', labels: main },
  { panel: 'flyball-overview › Limit, wanted and in flight', ref: 'C', labels: main },
  { panel: 'flyball-overview › Jobs in the queue', labels: { ...main, state: 'waiting' } },
  { panel: 'flyball-overview › Oldest waiting job', labels: main },
  { panel: 'flyball-overview › Service time of an attempt', ref: 'A', labels: main },
  { panel: 'flyball-overview › Jobs ended', labels: { ...main, status: 'succeeded' } },
  { panel: 'flyball-gpu › Utilisation over time', ref: 'A' },
  { panel: 'flyball-gpu › Device memory', ref: 'A' },
  { panel: 'flyball-gpu › Power', ref: 'A' },
  { panel: 'flyball-gpu › Requests inside the model server' },
  { panel: 'flyball-gpu › KV cache in use' },
  { panel: 'flyball-fleet › Limit, in flight and demand', ref: 'C', labels: main },
];
