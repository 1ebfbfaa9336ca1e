import type { ReadingName } from '#libs/core';
import { families, type NamesOf } from './catalogue.ts';

/** The family that shows a reading, and the labels that follow from the reading's name. */
export interface Place {
  readonly family: NamesOf<'gauge' | 'counter'>;
  readonly labels?: Readonly<Record<string, string>>;
}

/** The two that are no quantities have a way of their own: a set of reasons, and a code of which the time counts. */
export type PlacedReading = Exclude<ReadingName, 'gpu.clock.limit.reasons' | 'gpu.xid'>;

export const readingPlaces: Readonly<Record<PlacedReading, Place>> = {
  'gpu.utilization': { family: 'gpu_utilization_ratio' },
  'gpu.memory.bandwidth': { family: 'gpu_memory_bandwidth_utilization_ratio' },
  'gpu.memory.used': { family: 'gpu_memory_used_bytes' },
  'gpu.memory.total': { family: 'gpu_memory_total_bytes' },
  'gpu.memory.reserved': { family: 'gpu_memory_reserved_bytes' },
  'gpu.power': { family: 'gpu_power_watts' },
  'gpu.power.limit': { family: 'gpu_power_limit_watts' },
  'gpu.energy': { family: 'gpu_energy_joules_total' },
  'gpu.temperature.core': { family: 'gpu_temperature_celsius', labels: { sensor: 'core' } },
  'gpu.temperature.memory': { family: 'gpu_temperature_celsius', labels: { sensor: 'memory' } },
  'gpu.clock.sm': { family: 'gpu_clock_hertz', labels: { clock: 'sm' } },
  'gpu.clock.memory': { family: 'gpu_clock_hertz', labels: { clock: 'memory' } },
  'gpu.clock.limit.time.sw-power-cap': limitedBy('sw-power-cap'),
  'gpu.clock.limit.time.sync-boost': limitedBy('sync-boost'),
  'gpu.clock.limit.time.sw-thermal-slowdown': limitedBy('sw-thermal-slowdown'),
  'gpu.clock.limit.time.hw-thermal-slowdown': limitedBy('hw-thermal-slowdown'),
  'gpu.clock.limit.time.hw-power-brake': limitedBy('hw-power-brake'),
  'gpu.ecc.corrected': { family: 'gpu_ecc_errors_total', labels: { type: 'corrected' } },
  'gpu.ecc.uncorrected': { family: 'gpu_ecc_errors_total', labels: { type: 'uncorrected' } },
  'gpu.engine.graphics': { family: 'gpu_engine_active_ratio', labels: { engine: 'graphics' } },
  'gpu.engine.sm': { family: 'gpu_engine_active_ratio', labels: { engine: 'sm' } },
  'gpu.engine.tensor': { family: 'gpu_engine_active_ratio', labels: { engine: 'tensor' } },
  'gpu.engine.dram': { family: 'gpu_engine_active_ratio', labels: { engine: 'dram' } },
  'gpu.mig.memory.used': { family: 'gpu_mig_memory_used_bytes' },
  'gpu.mig.memory.total': { family: 'gpu_mig_memory_total_bytes' },
  'host.cpu': { family: 'host_cpu_utilization_ratio' },
  'host.cpu.throttled': { family: 'host_cpu_throttled_seconds_total' },
  'host.memory.used': { family: 'host_memory_used_bytes' },
  'host.memory.limit': { family: 'host_memory_limit_bytes' },
  'host.pressure.cpu': { family: 'host_pressure_ratio', labels: { resource: 'cpu' } },
  'host.pressure.memory': { family: 'host_pressure_ratio', labels: { resource: 'memory' } },
  'host.pressure.io': { family: 'host_pressure_ratio', labels: { resource: 'io' } },
  'backend.cache': { family: 'backend_cache_usage_ratio' },
  'backend.requests.running': { family: 'backend_requests', labels: { state: 'running' } },
  'backend.requests.waiting': { family: 'backend_requests', labels: { state: 'waiting' } },
  'backend.preemptions': { family: 'backend_preemptions_total' },
  'backend.tokens.prompt': { family: 'backend_tokens_total', labels: { kind: 'prompt' } },
  'backend.tokens.generated': { family: 'backend_tokens_total', labels: { kind: 'generated' } },
};

/** Readings that count up in the device or the server. */
export const countedReadings: ReadonlySet<string> = new Set(
  Object.entries(readingPlaces).flatMap(([name, { family }]) => (families[family].type === 'counter' ? name : [])),
);

function limitedBy(reason: string): Place {
  return { family: 'gpu_clock_limit_seconds_total', labels: { reason } };
}
