import type { ReadingName } from '#libs/core';
import type { SmiUnit } from './quantity.ts';

export interface QuantityElement {
  readonly name: ReadingName;
  readonly unit: SmiUnit;
  /** The first that holds a number counts: drivers differ, and say N/A in one beside a good number in another. */
  readonly paths: readonly string[];
}

const inEither = (names: readonly string[]): readonly string[] =>
  names.flatMap((name) => [`gpu_power_readings/${name}`, `power_readings/${name}`]);

const counter = (element: string): readonly string[] => [
  `clocks_event_reasons_counters/clocks_event_reasons_counters_${element}`,
];

/** Which elements below `gpu` tell a reading by one number. */
export const quantityElements: readonly QuantityElement[] = [
  { name: 'gpu.utilization', unit: '%', paths: ['utilization/gpu_util'] },
  { name: 'gpu.memory.bandwidth', unit: '%', paths: ['utilization/memory_util'] },
  // Since `reserved` is printed beside it, `used` is without what driver and firmware keep.
  { name: 'gpu.memory.used', unit: 'MiB', paths: ['fb_memory_usage/used'] },
  { name: 'gpu.memory.total', unit: 'MiB', paths: ['fb_memory_usage/total'] },
  { name: 'gpu.memory.reserved', unit: 'MiB', paths: ['fb_memory_usage/reserved'] },
  { name: 'gpu.power', unit: 'W', paths: inEither(['instant_power_draw', 'power_draw', 'average_power_draw']) },
  {
    name: 'gpu.power.limit',
    unit: 'W',
    paths: inEither(['current_power_limit', 'enforced_power_limit', 'power_limit']),
  },
  // Never `gpu_temp_tlimit` or a `*_tlimit_threshold`: those are margins below the limit.
  { name: 'gpu.temperature.core', unit: 'C', paths: ['temperature/gpu_temp'] },
  { name: 'gpu.temperature.memory', unit: 'C', paths: ['temperature/memory_temp'] },
  { name: 'gpu.clock.sm', unit: 'MHz', paths: ['clocks/sm_clock'] },
  { name: 'gpu.clock.memory', unit: 'MHz', paths: ['clocks/mem_clock'] },
  { name: 'gpu.clock.limit.time.sw-power-cap', unit: 'us', paths: counter('sw_power_cap') },
  { name: 'gpu.clock.limit.time.sync-boost', unit: 'us', paths: counter('sync_boost') },
  { name: 'gpu.clock.limit.time.sw-thermal-slowdown', unit: 'us', paths: counter('sw_therm_slowdown') },
  { name: 'gpu.clock.limit.time.hw-thermal-slowdown', unit: 'us', paths: counter('hw_therm_slowdown') },
  { name: 'gpu.clock.limit.time.hw-power-brake', unit: 'us', paths: counter('hw_power_brake') },
];

/** Who and what a device is. */
export const identityElements = {
  uuid: 'uuid',
  model: 'product_name',
  pciBusId: 'pci/pci_bus_id',
  mig: 'mig_mode/current_mig',
} as const;

/** Below `gpu`, per compute instance of a GPU instance. */
export const migElements = 'mig_devices/mig_device';
export const migDeviceElements = {
  index: 'index',
  instance: 'gpu_instance_id',
  computeInstance: 'compute_instance_id',
  used: 'fb_memory_usage/used',
  total: 'fb_memory_usage/total',
} as const;
