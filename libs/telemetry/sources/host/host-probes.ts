export interface CpuUse {
  /** Share of the CPU time allowed that was used since the last call, 0..1; undefined at the first. */
  readonly share: number | undefined;
  /** Seconds in which a quota held it back, since the group began; undefined where there is no quota to speak of. */
  readonly throttled?: number | undefined;
}

export interface MemoryUse {
  /** Bytes. */
  readonly used: number;
  readonly limit: number;
}

/** Shares of the last 10 s in which something waited, 0..1. */
export interface Pressure {
  readonly cpu?: number;
  readonly memory?: number;
  readonly io?: number;
}

/** What one way of asking the host can tell; absent = this way cannot. Each rejects when its source fails. */
export interface HostProbes {
  readonly cpu?: () => Promise<CpuUse>;
  readonly memory?: () => Promise<MemoryUse>;
  readonly pressure?: () => Promise<Pressure>;
  readonly close: () => Promise<void>;
}

/** Turns a growing count of time used into a share of the time that passed; both in the same unit. */
export function shareOfGrowth(): (used: number, passed: number) => number | undefined {
  let last: { readonly used: number; readonly passed: number } | undefined;
  return (used, passed) => {
    const before = last;
    last = { used, passed };
    if (before === undefined || passed <= before.passed) return undefined;
    return Math.min(1, Math.max(0, (used - before.used) / (passed - before.passed)));
  };
}
