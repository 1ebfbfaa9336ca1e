import { clockLimitReasons, type ReadingName } from '#libs/core';

export interface DcgmMetric {
  readonly reading: ReadingName;
  /** Names of the metric, the newest first. */
  readonly metrics: readonly string[];
  /** From the exporter's unit to ours. */
  readonly convert: (value: number) => number;
  /** `instance`: GPU instances have numbers of their own. `device`: what is told of an instance is the whole device's. */
  readonly of: 'device' | 'instance';
  /** What 0 means where it is no value. */
  readonly zero?: 'not-supported';
}

const percent = (value: number): number => value / 100;
const thousandths = (value: number): number => value / 1000;
const megahertz = (value: number): number => value * 1e6;
const same = (value: number): number => value;
const allReasons = Object.values(clockLimitReasons).reduce((all, bit) => all | bit, 0);

/** What dcgm-exporter can tell, memory aside (`memory-readings.ts`). Its CSV file decides what it does tell. */
export const dcgmMetrics: readonly DcgmMetric[] = [
  { reading: 'gpu.utilization', metrics: ['DCGM_FI_DEV_GPU_UTIL'], convert: percent, of: 'instance' },
  { reading: 'gpu.memory.bandwidth', metrics: ['DCGM_FI_DEV_MEM_COPY_UTIL'], convert: percent, of: 'instance' },
  { reading: 'gpu.power', metrics: ['DCGM_FI_DEV_POWER_USAGE'], convert: same, of: 'device' },
  {
    reading: 'gpu.power.limit',
    metrics: ['DCGM_FI_DEV_ENFORCED_POWER_LIMIT', 'DCGM_FI_DEV_POWER_MGMT_LIMIT'],
    convert: same,
    of: 'device',
  },
  { reading: 'gpu.energy', metrics: ['DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION'], convert: thousandths, of: 'device' },
  { reading: 'gpu.temperature.core', metrics: ['DCGM_FI_DEV_GPU_TEMP'], convert: same, of: 'device' },
  {
    reading: 'gpu.temperature.memory',
    metrics: ['DCGM_FI_DEV_MEMORY_TEMP'],
    convert: same,
    of: 'device',
    zero: 'not-supported',
  },
  { reading: 'gpu.clock.sm', metrics: ['DCGM_FI_DEV_SM_CLOCK'], convert: megahertz, of: 'device' },
  { reading: 'gpu.clock.memory', metrics: ['DCGM_FI_DEV_MEM_CLOCK'], convert: megahertz, of: 'device' },
  {
    reading: 'gpu.clock.limit.reasons',
    metrics: ['DCGM_FI_DEV_CLOCKS_EVENT_REASONS', 'DCGM_FI_DEV_CLOCK_THROTTLE_REASONS'],
    convert: (bits) => bits & allReasons,
    of: 'device',
  },
  { reading: 'gpu.ecc.corrected', metrics: ['DCGM_FI_DEV_ECC_SBE_VOL_TOTAL'], convert: same, of: 'device' },
  { reading: 'gpu.ecc.uncorrected', metrics: ['DCGM_FI_DEV_ECC_DBE_VOL_TOTAL'], convert: same, of: 'device' },
  { reading: 'gpu.xid', metrics: ['DCGM_FI_DEV_XID_ERRORS'], convert: same, of: 'instance' },
  { reading: 'gpu.engine.graphics', metrics: ['DCGM_FI_PROF_GR_ENGINE_ACTIVE'], convert: same, of: 'instance' },
  { reading: 'gpu.engine.sm', metrics: ['DCGM_FI_PROF_SM_ACTIVE'], convert: same, of: 'instance' },
  { reading: 'gpu.engine.tensor', metrics: ['DCGM_FI_PROF_PIPE_TENSOR_ACTIVE'], convert: same, of: 'instance' },
  { reading: 'gpu.engine.dram', metrics: ['DCGM_FI_PROF_DRAM_ACTIVE'], convert: same, of: 'instance' },
];
