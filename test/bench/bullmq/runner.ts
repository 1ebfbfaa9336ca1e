export interface RunnerOptions {
  /** `redis://…` */
  readonly url: string;
  readonly endpoint: string;
  readonly limit: number;
  /** The handler. */
  readonly onJob: (input: unknown) => Promise<unknown>;
}

/** A worker and its queue, as the bench drives them. */
export interface Runner {
  enqueue(inputs: readonly { readonly id: string; readonly input: unknown }[]): Promise<void>;
  start(): void;
  close(): Promise<void>;
}
