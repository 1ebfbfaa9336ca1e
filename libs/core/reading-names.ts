export const units = ['ratio', 'bytes', 'watts', 'joules', 'celsius', 'hertz', 'count', 'seconds', 'bits'] as const;
export type Unit = (typeof units)[number];

/** Why a device's clocks are reduced: the driver's own bits. */
export const clockLimitReasons = {
  'gpu-idle': 0x1,
  'applications-clocks': 0x2,
  'sw-power-cap': 0x4,
  'hw-slowdown': 0x8,
  'sync-boost': 0x10,
  'sw-thermal-slowdown': 0x20,
  'hw-thermal-slowdown': 0x40,
  'hw-power-brake': 0x80,
  'display-clocks': 0x100,
} as const;
export type ClockLimitReason = keyof typeof clockLimitReasons;

/** Every reading there is, with its unit. One vocabulary for all sources; absent means absent. */
export const readingUnits = {
  /** Share of the driver's sample period (1/6 to 1 s) in which at least one kernel ran. */
  'gpu.utilization': 'ratio',
  /** Share of it in which device memory was read or written. */
  'gpu.memory.bandwidth': 'ratio',
  /** Allocated, without what driver and firmware keep. */
  'gpu.memory.used': 'bytes',
  'gpu.memory.total': 'bytes',
  /** Kept by driver and firmware. */
  'gpu.memory.reserved': 'bytes',
  'gpu.power': 'watts',
  'gpu.power.limit': 'watts',
  'gpu.energy': 'joules',
  'gpu.temperature.core': 'celsius',
  'gpu.temperature.memory': 'celsius',
  'gpu.clock.sm': 'hertz',
  'gpu.clock.memory': 'hertz',
  /** Sum of the {@link clockLimitReasons} that apply now. */
  'gpu.clock.limit.reasons': 'bits',
  'gpu.clock.limit.time.sw-power-cap': 'seconds',
  'gpu.clock.limit.time.sync-boost': 'seconds',
  'gpu.clock.limit.time.sw-thermal-slowdown': 'seconds',
  'gpu.clock.limit.time.hw-thermal-slowdown': 'seconds',
  'gpu.clock.limit.time.hw-power-brake': 'seconds',
  /** Volatile errors: since the driver was loaded. */
  'gpu.ecc.corrected': 'count',
  'gpu.ecc.uncorrected': 'count',
  /**
   * Code of an XID error; a code, not a number of them. From NVML one for each error since the last read, so none or several;
   * from other sources the last error, 0 before the first.
   */
  'gpu.xid': 'count',
  'gpu.engine.graphics': 'ratio',
  'gpu.engine.sm': 'ratio',
  'gpu.engine.tensor': 'ratio',
  'gpu.engine.dram': 'ratio',
  /** Per GPU instance. */
  'gpu.mig.memory.used': 'bytes',
  'gpu.mig.memory.total': 'bytes',
  /** CPU used over CPU allowed: the cgroup's quota, else the machine. */
  'host.cpu': 'ratio',
  /** Time the cgroup was throttled, since it began. */
  'host.cpu.throttled': 'seconds',
  'host.memory.used': 'bytes',
  'host.memory.limit': 'bytes',
  /** Share of the last 10 s in which something waited for it. */
  'host.pressure.cpu': 'ratio',
  'host.pressure.memory': 'ratio',
  'host.pressure.io': 'ratio',
  /** Share of the model server's key-value cache in use. */
  'backend.cache': 'ratio',
  'backend.requests.running': 'count',
  'backend.requests.waiting': 'count',
  /** Counters of the model server, since it began. */
  'backend.preemptions': 'count',
  'backend.tokens.prompt': 'count',
  'backend.tokens.generated': 'count',
} as const satisfies Readonly<Record<string, Unit>>;

export type ReadingName = keyof typeof readingUnits;

/** What an observation carries, for laws to listen to and records to keep; the others are only shown. */
export const controlReadings: ReadonlySet<string> = new Set<ReadingName>([
  'gpu.utilization',
  'gpu.memory.used',
  'gpu.memory.total',
  'gpu.mig.memory.used',
  'gpu.mig.memory.total',
  'host.cpu',
  'host.memory.used',
  'host.memory.limit',
  'backend.cache',
  'backend.requests.running',
  'backend.requests.waiting',
]);
