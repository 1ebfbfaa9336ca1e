import { collectionResults, probeRestartCauses, switchCauses } from '#libs/core';
import { counter, gauge, histogram, stateSet } from './family.ts';
import {
  alertedXids,
  backends,
  backendStates,
  clockReasons,
  eccTypes,
  gpuClocks,
  gpuEngines,
  gpuSensors,
  hostResources,
  migModes,
  readingFields,
  tokenKinds,
  wantedFields,
} from './label-sets.ts';

const source = 'source';
const gpu = 'open';
const gpuInstance = 'open';
/** Fed by a device or a server: absent until it has told a number. */
const fed = { starts: 'when-seen' } as const;

export const telemetry = {
  telemetry_up: gauge(
    'none',
    { source },
    '1 if the last collection of the source succeeded. Values that do not change any more are no success, nor is one that is too old.',
  ),
  telemetry_order: gauge('none', { source }, 'Place in the declared order of preference, 0 is first.'),
  telemetry_active: gauge('none', { source }, '1 for the GPU source the controller reads now.'),
  telemetry_last_success_timestamp_seconds: gauge('timestamp', { source }, 'Time of the last successful collection.'),
  telemetry_sample_age_seconds: gauge(
    'seconds',
    { source },
    'Age of the sample the last period used (monotonic clock).',
  ),
  telemetry_collect_duration_seconds: histogram('COLLECT', { source }, 'Duration of one collection.'),
  telemetry_collections_total: counter({ source, result: collectionResults }, 'Collections by result.'),
  telemetry_rejected_total: counter(
    { source, field: readingFields },
    'Readings left out because their number cannot be: below 0, a share above 1, more used than there is.',
    fed,
  ),
  telemetry_switches_total: counter({ source, cause: switchCauses }, 'Switches to this source.'),
  telemetry_probe_restarts_total: counter({ cause: probeRestartCauses }, 'Restarts of the probe process.'),
  telemetry_probes_abandoned: gauge('count', {}, 'Probe processes that could not be killed and were left behind.'),
  telemetry_field_available: gauge(
    'none',
    { source, gpu, field: wantedFields },
    '0 when the device does not report a field the controller wants.',
  ),
};

/** Of the active source only: its series are there for what it reports, and for no longer than that is true. */
export const gpus = {
  gpu_info: gauge(
    'none',
    { gpu, index: 'open', model: 'open', driver_version: 'open', pci_bus_id: 'open', mig_mode: migModes },
    'Constant 1, labelled with device identity.',
  ),
  gpu_utilization_ratio: gauge(
    'ratio',
    { gpu },
    'Share of the sample period of the driver with at least one kernel running.',
    { semconv: 'hw.gpu.utilization' },
  ),
  gpu_memory_bandwidth_utilization_ratio: gauge(
    'ratio',
    { gpu },
    'Share of the sample period of the driver in which device memory was read or written.',
  ),
  gpu_engine_active_ratio: gauge(
    'ratio',
    { gpu, gpu_instance: gpuInstance, engine: gpuEngines },
    'Share of an engine in use (DCGM profiling or NVML GPM).',
  ),
  gpu_memory_used_bytes: gauge('bytes', { gpu }, 'Device memory allocated.', { semconv: 'hw.gpu.memory.usage' }),
  gpu_memory_total_bytes: gauge('bytes', { gpu }, 'Device memory installed.'),
  gpu_memory_reserved_bytes: gauge('bytes', { gpu }, 'Device memory kept by driver and firmware.'),
  gpu_power_watts: gauge('watts', { gpu }, 'Power draw, instant if there is one.'),
  gpu_power_limit_watts: gauge('watts', { gpu }, 'Enforced power limit.'),
  gpu_energy_joules_total: counter({ gpu }, 'Energy since the driver was loaded (NVML, DCGM).', {
    ...fed,
    unit: 'joules',
    semconv: 'hw.energy',
  }),
  gpu_temperature_celsius: gauge('celsius', { gpu, sensor: gpuSensors }, 'Temperature by sensor.'),
  gpu_clock_hertz: gauge('hertz', { gpu, clock: gpuClocks }, 'Current clock.'),
  gpu_clock_limit_reason_active: stateSet(
    { gpu, reason: clockReasons },
    '1 while the driver gives this reason for reduced clocks.',
  ),
  gpu_clock_limit_seconds_total: counter(
    { gpu, reason: clockReasons },
    'Time with reduced clocks by reason (drivers that count it).',
    { ...fed, unit: 'seconds' },
  ),
  gpu_ecc_errors_total: counter({ gpu, type: eccTypes }, 'Volatile ECC errors.', fed),
  gpu_xid_last_timestamp_seconds: gauge(
    'timestamp',
    { gpu, xid: [...alertedXids, 'other'] },
    'Time this XID error was last seen to appear.',
  ),
  gpu_mig_info: gauge(
    'none',
    { gpu, mig: 'open', gpu_instance: gpuInstance, compute_instance: 'open', profile: 'open' },
    'Constant 1, one per MIG device.',
  ),
  gpu_mig_memory_used_bytes: gauge('bytes', { gpu, gpu_instance: gpuInstance }, 'Memory used in a GPU instance.'),
  gpu_mig_memory_total_bytes: gauge('bytes', { gpu, gpu_instance: gpuInstance }, 'Memory of a GPU instance.'),
};

export const surroundings = {
  backend_requests: gauge('count', { backend: backends, state: backendStates }, 'Requests inside the model server.'),
  backend_cache_usage_ratio: gauge('ratio', { backend: backends }, 'KV-cache share in use.'),
  backend_preemptions_total: counter({ backend: backends }, 'Requests the model server pushed out of its batch.', fed),
  backend_tokens_total: counter({ backend: backends, kind: tokenKinds }, 'Tokens read and generated.', fed),
  host_cpu_utilization_ratio: gauge(
    'ratio',
    {},
    'CPU used over CPU allowed (the quota of the cgroup, else the machine).',
  ),
  host_cpu_throttled_seconds_total: counter({}, 'Time the cgroup was throttled.', { ...fed, unit: 'seconds' }),
  host_memory_used_bytes: gauge('bytes', {}, 'Memory used by the cgroup, else the machine.'),
  host_memory_limit_bytes: gauge('bytes', {}, 'Memory allowed.'),
  host_pressure_ratio: gauge('ratio', { resource: hostResources }, 'Pressure stall, "some", ten-second average.'),
};
