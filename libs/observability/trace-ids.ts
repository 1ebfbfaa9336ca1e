/** Where in a trace something happened: the ids that exemplars and log lines carry. Present only of sampled traces. */
export interface TraceIds {
  /** 32 hex digits. */
  readonly traceId: string;
  /** 16 hex digits. */
  readonly spanId: string;
}
