import type { Row } from '../build/dashboard.ts';
import { runbookOf } from '../build/data-links.ts';
import { orNotHere } from '../build/not-here.ts';
import { increaseBy } from '../build/promql.ts';
import { series } from '../build/selector.ts';
import { notHere, stat } from '../build/stat.ts';
import { table } from '../build/table.ts';
import { timeline } from '../build/timeline.ts';
import { timeseries } from '../build/timeseries.ts';
import { marks } from '../objectives.ts';

/** One line a device: how full, how busy, how warm, and what slows it. */
export function devicesRow(): Row {
  return { title: 'GPU per device', panels: [...nowPanels(), ...usePanels(), ...powerPanels(), ...faultPanels()] };
}

const device = '{{instance}} {{gpu}}';

function nowPanels() {
  return [
    stat({
      title: 'Memory in use',
      unit: 'percentunit',
      width: 6,
      height: 6,
      shows: 'Device memory in use over installed, of each device, as the controller reads it.',
      todo: 'If high: see “prediction and ceiling” of the guard on the overview; it is the one that holds jobs back.',
      queries: [
        {
          expr: orNotHere(
            `${series('gpu_memory_used_bytes')} / ${series('gpu_memory_total_bytes')}`,
            'gpu.memory.used',
          ),
          legend: device,
        },
      ],
      mappings: [notHere],
      links: [runbookOf('guard')],
    }),
    stat({
      title: 'Utilisation',
      unit: 'percentunit',
      width: 6,
      height: 6,
      shows: 'Share of the driver’s sample period with at least one kernel running, of each device.',
      todo: 'If low: with jobs waiting, the limit is too low or the handler waits for something else; see “Held by”.',
      queries: [{ expr: orNotHere(series('gpu_utilization_ratio'), 'gpu.utilization'), legend: device }],
      mappings: [notHere],
    }),
    table({
      title: 'Devices',
      unit: 'none',
      width: 12,
      height: 6,
      shows: 'Every device that a worker reads, with model, driver and MIG mode.',
      todo: 'If low: a device that is missing here is lost; `nvidia-smi -L` on the node shows whether the driver still sees it.',
      queries: [
        {
          expr: `max by (instance, gpu, index, model, driver_version, mig_mode) (${series('gpu_info')})`,
          legend: '{{gpu}}',
        },
      ],
      links: [runbookOf('FlyballGpuMissing')],
    }),
  ];
}

function usePanels() {
  return [
    timeseries({
      title: 'Device memory',
      unit: 'bytes',
      width: 12,
      height: 8,
      dashed: '/^(installed|kept) /',
      shows: 'Memory in use, installed, and kept by driver and firmware.',
      todo: 'If high: near installed the next job runs out of memory; the guard holds it back if it knows its size.',
      queries: [
        { expr: series('gpu_memory_used_bytes'), legend: `in use ${device}` },
        { expr: series('gpu_memory_total_bytes'), legend: `installed ${device}` },
        { expr: series('gpu_memory_reserved_bytes'), legend: `kept ${device}` },
      ],
      links: [runbookOf('FlyballOutOfMemory'), runbookOf('FlyballMemoryBound')],
    }),
    timeseries({
      title: 'Utilisation over time',
      unit: 'percentunit',
      width: 12,
      height: 8,
      max: 1,
      shows: 'Share of the driver’s sample period with a kernel running, and with memory being read or written.',
      todo: 'If high: a full device answers no faster with more jobs at once; the strategy finds where that begins.',
      queries: [
        { expr: series('gpu_utilization_ratio'), legend: `kernels ${device}` },
        { expr: series('gpu_memory_bandwidth_utilization_ratio'), legend: `memory ${device}` },
      ],
    }),
    timeseries({
      title: 'Engines',
      unit: 'percentunit',
      width: 12,
      max: 1,
      shows: 'Share of each engine in use, where DCGM profiling or NVML GPM tells it; under MIG of each instance.',
      todo: 'If high: dram near 100 % with tensor low is memory-bound: more jobs at once bring nothing.',
      queries: [{ expr: series('gpu_engine_active_ratio'), legend: `{{engine}} {{gpu_instance}} ${device}` }],
    }),
    timeseries({
      title: 'Clocks',
      unit: 'hertz',
      width: 12,
      shows: 'Current clocks.',
      todo: 'If low: see “Reasons for reduced clocks”.',
      queries: [{ expr: series('gpu_clock_hertz'), legend: `{{clock}} ${device}` }],
    }),
  ];
}

function powerPanels() {
  return [
    timeseries({
      title: 'Power',
      unit: 'watt',
      width: 8,
      dashed: '/^limit /',
      shows: 'Power draw, the mean of the energy counter where there is one, and the enforced limit.',
      todo: 'If high: at the limit the driver lowers clocks; `nvidia-smi -q -d POWER` shows who set it.',
      queries: [
        { expr: series('gpu_power_watts'), legend: `now ${device}` },
        { expr: `rate(${series('gpu_energy_joules_total')}[$__rate_interval])`, legend: `mean ${device}` },
        { expr: series('gpu_power_limit_watts'), legend: `limit ${device}` },
      ],
    }),
    timeseries({
      title: 'Temperature',
      unit: 'celsius',
      width: 8,
      shows: 'Temperature by sensor.',
      todo: 'If high: look at “Reasons for reduced clocks” for hw-thermal-slowdown, then at the fans and the neighbours.',
      queries: [{ expr: series('gpu_temperature_celsius'), legend: `{{sensor}} ${device}` }],
    }),
    timeseries({
      title: 'Time with reduced clocks',
      unit: 'percentunit',
      width: 8,
      max: 1,
      shows: 'Share of the time in which the driver reduced clocks, by reason; of drivers that count it.',
      todo: 'If high: by power it is the power limit, by heat the cooling; both make every job slower.',
      queries: [
        {
          expr: `rate(${series('gpu_clock_limit_seconds_total')}[$__rate_interval])`,
          legend: `{{reason}} ${device}`,
        },
      ],
      turns: { redFrom: marks.gpuThrottledShare },
      links: [runbookOf('FlyballGpuThrottled')],
    }),
  ];
}

function faultPanels() {
  return [
    timeline({
      title: 'Reasons for reduced clocks',
      width: 12,
      height: 7,
      shows: 'Why the driver reduces clocks now.',
      todo: 'If high: hw-thermal-slowdown and hw-power-brake are faults of cooling or power supply; sw-power-cap is a setting.',
      queries: [{ expr: `${series('gpu_clock_limit_reason_active')} == 1`, legend: `{{reason}} ${device}` }],
      states: [{ text: 'active', color: 'orange' }],
      links: [runbookOf('FlyballGpuThrottled')],
    }),
    timeseries({
      title: 'ECC errors',
      unit: 'none',
      width: 6,
      shows: 'Memory errors in each interval, corrected and uncorrected.',
      todo: 'If high: one uncorrected error is enough to drain the node; `nvidia-smi -q -d ECC` has the addresses.',
      queries: [{ expr: increaseBy('instance, gpu, type', 'gpu_ecc_errors_total'), legend: `{{type}} ${device}` }],
      turns: { redFrom: 1 },
      links: [runbookOf('FlyballGpuEcc')],
    }),
    table({
      title: 'XID errors',
      unit: 's',
      width: 6,
      shows: 'Errors that the driver reported, and how long ago each was last seen.',
      todo: 'If low: it has just happened; the runbook says which of them need a drained node.',
      queries: [
        {
          expr: `min by (instance, gpu, xid) (time() - ${series('gpu_xid_last_timestamp_seconds')})`,
          legend: '{{xid}}',
          column: 'last seen, ago',
        },
      ],
      links: [runbookOf('FlyballGpuXid')],
    }),
  ];
}
