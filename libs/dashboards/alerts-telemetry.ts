import type { Alert } from './alert-definition.ts';
import { of, ofInstance, target } from './alert-series.ts';
import { metric } from './metric.ts';
import { marks, pagedXids } from './objectives.ts';

/** Of devices, and of what is known of them. */
export function telemetryAlerts(): readonly Alert[] {
  return [stale, fallback, missing, xid, throttled, ecc];
}

const gpu = { gpu: 'GPU-7c1' };
const success = (source: string): string => of('telemetry_last_success_timestamp_seconds', { source });
/** Without the handler, which would start on the same GPU. */
const doctor = 'HANDLER= flyball doctor';

const newest = 'max by (job, instance) ';
const stale: Alert = {
  name: 'FlyballTelemetryStale',
  severity: 'page',
  for: '1m',
  // The newest of all sources: one that was fallen back from may be as old as it likes.
  expression:
    `time() - ${newest}(${metric('telemetry_last_success_timestamp_seconds')}{source!="host"})` +
    ` > ${marks.telemetryAgeSeconds}`,
  summary: '{{ $labels.instance }}: no GPU source has answered for {{ $value | humanizeDuration }}',
  meaning:
    'The device was read and no longer is. The guard plans without it; a strategy that needs it lowers the limit.',
  first: `${doctor} (on the worker)`,
  dashboard: 'gpu',
  fires: [
    {
      about: 'the only GPU source is silent for three minutes while the host is read',
      series: { [success('nvml')]: '0+60x5 300+0x10', [success('host')]: '0+60x15' },
      at: '8m',
      labels: ofInstance,
      value: '3m 0s',
    },
  ],
  quiet: [
    {
      about: 'a stale source that is not the active one',
      series: { [success('nvml')]: '0+60x5 300+0x10', [success('nvidia-smi')]: '_x5 360+60x10' },
      at: '8m',
      thanksTo: { part: newest, instead: '' },
    },
    {
      about: 'a source that is asked once a minute',
      series: { [success('nvml')]: '0+60x15' },
      at: '8m30s',
      thanksTo: 'for',
    },
  ],
};

const active = (source: string): string => of('telemetry_active', { source });
const order = (source: string): string => of('telemetry_order', { source });
const fallback: Alert = {
  name: 'FlyballTelemetryFallback',
  severity: 'warning',
  for: '15m',
  expression: `${metric('telemetry_active')} == 1 and on (job, instance, source) ${metric('telemetry_order')} > 0`,
  summary: '{{ $labels.instance }}: reads the GPU through {{ $labels.source }}, which is not the first choice',
  meaning: 'The preferred source does not answer. The next one serves in its place, with less detail.',
  first: `${doctor} (on the worker)`,
  dashboard: 'gpu',
  fires: [
    {
      about: 'nvidia-smi stands in for nvml',
      series: {
        [active('nvml')]: '0x30',
        [active('nvidia-smi')]: '1x30',
        [order('nvml')]: '0x30',
        [order('nvidia-smi')]: '1x30',
      },
      at: '20m',
      labels: { ...target, source: 'nvidia-smi' },
    },
  ],
  quiet: [
    {
      about: 'the first choice is the active one, and there is a second',
      series: {
        [active('nvml')]: '1x30',
        [active('nvidia-smi')]: '0x30',
        [order('nvml')]: '0x30',
        [order('nvidia-smi')]: '1x30',
      },
      at: '20m',
      thanksTo: { part: '== 1', instead: '>= 0' },
    },
    {
      about: 'ten minutes of fall-over',
      series: { [active('nvidia-smi')]: '0x5 1x10 0x10', [order('nvidia-smi')]: '1x30' },
      at: '15m',
      thanksTo: 'for',
    },
  ],
};

const devices = `count by (job, instance) (${metric('gpu_info')})`;
const alive = `count by (job, instance) (${metric('build_info')})`;
const info = (index: string): string => of('gpu_info', { gpu: `GPU-${index}`, index });
const build = of('build_info', { version: '0.1.0' });
const missing: Alert = {
  name: 'FlyballGpuMissing',
  severity: 'page',
  for: '5m',
  // A worker that has lost its only device has no series of one left: its being there stands for 0.
  expression: `max_over_time(${devices}[1h:1m]) > (${devices} or 0 * ${alive})`,
  summary: '{{ $labels.instance }}: fewer than its {{ $value }} GPUs are left',
  meaning: 'A device that was there within the last hour does not answer any more; jobs still go to it.',
  first: 'nvidia-smi -L (on the node)',
  dashboard: 'gpu',
  fires: [
    {
      about: 'one of two devices is gone',
      series: { [info('0')]: '1x40', [info('1')]: '1x20 stale', [build]: '1x40' },
      at: '30m',
      labels: ofInstance,
      value: '2',
    },
    {
      about: 'the only device is gone, and the worker is not',
      series: { [info('0')]: '1x20 stale', [build]: '1x40' },
      at: '30m',
      labels: ofInstance,
      value: '1',
    },
  ],
  quiet: [
    {
      about: 'the worker left with its device in a rolling update',
      series: { [info('0')]: '1x20 stale', [build]: '1x20 stale' },
      at: '30m',
      thanksTo: {
        part: alive,
        instead: alive.replace(metric('build_info'), `last_over_time(${metric('build_info')}[1h])`),
      },
    },
    {
      about: 'a device that is back after two minutes',
      series: { [info('0')]: '1x20 stale _ 1x20', [build]: '1x40' },
      at: '22m',
      thanksTo: 'for',
    },
  ],
};

const seen = metric('gpu_xid_last_timestamp_seconds');
const pagingXids = `{xid=~"${pagedXids.join('|')}"}`;
const xid: Alert = {
  name: 'FlyballGpuXid',
  severity: 'page',
  // By its appearance, never by a rate: one of these is enough.
  expression: `time() - ${seen}${pagingXids} < ${marks.xidSeconds}`,
  summary: '{{ $labels.instance }}: XID {{ $labels.xid }} on {{ $labels.gpu }}',
  meaning: 'The driver reports an error after which the device cannot be trusted: memory, bus, or its own firmware.',
  first: 'dmesg -T | grep -i xid (on the node)',
  dashboard: 'gpu',
  fires: [
    {
      about: 'the device fell off the bus three minutes ago',
      series: { [of('gpu_xid_last_timestamp_seconds', { ...gpu, xid: '79' })]: '_x5 300x20' },
      at: '8m',
      labels: { ...target, ...gpu, xid: '79' },
    },
  ],
  quiet: [
    {
      about: 'an error of the application',
      series: { [of('gpu_xid_last_timestamp_seconds', { ...gpu, xid: 'other' })]: '_x5 300x20' },
      at: '8m',
      thanksTo: { part: pagingXids },
    },
    {
      about: 'an hour ago',
      series: { [of('gpu_xid_last_timestamp_seconds', { ...gpu, xid: '79' })]: '_x5 300x70' },
      at: '65m',
      thanksTo: { part: `< ${marks.xidSeconds}`, instead: '< 86400' },
    },
  ],
};

const reduced = (reason: string): string => of('gpu_clock_limit_reason_active', { ...gpu, reason });
const badReasons = '{reason=~"hw-thermal-slowdown|sw-thermal-slowdown|hw-power-brake"}';
const throttled: Alert = {
  name: 'FlyballGpuThrottled',
  severity: 'warning',
  expression: `avg_over_time(${metric('gpu_clock_limit_reason_active')}${badReasons}[10m]) > ${marks.gpuThrottledShare}`,
  summary: '{{ $labels.instance }}: {{ $labels.gpu }} is slowed down by {{ $labels.reason }}',
  meaning: 'The device is too hot, or the supply cuts its power. Jobs are slower than the strategy has learnt.',
  first: 'nvidia-smi -q -d PERFORMANCE,TEMPERATURE (on the node)',
  dashboard: 'gpu',
  fires: [
    {
      about: 'too hot in seven minutes of ten',
      series: { [reduced('hw-thermal-slowdown')]: '0x5 1x10' },
      at: '12m',
      labels: { ...target, ...gpu, reason: 'hw-thermal-slowdown' },
    },
  ],
  quiet: [
    {
      about: 'a power cap under load',
      series: { [reduced('sw-power-cap')]: '1x20' },
      at: '12m',
      thanksTo: { part: badReasons },
    },
    {
      about: 'too hot in three minutes of ten',
      series: { [reduced('hw-thermal-slowdown')]: '0x9 1x5' },
      at: '12m',
      thanksTo: { part: `> ${marks.gpuThrottledShare}`, instead: '> 0.2' },
    },
  ],
};

const uncorrected = '{type="uncorrected"}';
const eccErrors = (type: string): string => of('gpu_ecc_errors_total', { ...gpu, type });
const ecc: Alert = {
  name: 'FlyballGpuEcc',
  severity: 'warning',
  expression: `increase(${metric('gpu_ecc_errors_total')}${uncorrected}[1h]) > 0`,
  summary: '{{ $labels.instance }}: uncorrected memory errors on {{ $labels.gpu }}',
  meaning: 'What a job had in that memory is lost. The driver takes the page out of use at the next reset.',
  first: 'nvidia-smi -q -d ECC,ROW_REMAPPER (on the node)',
  dashboard: 'gpu',
  fires: [
    {
      about: 'one uncorrected error',
      series: { [eccErrors('uncorrected')]: '0x5 1x20' },
      at: '12m',
      labels: { ...target, ...gpu, type: 'uncorrected' },
    },
  ],
  quiet: [
    {
      about: 'corrected errors',
      series: { [eccErrors('corrected')]: '0+5x20', [eccErrors('uncorrected')]: '0x20' },
      at: '12m',
      thanksTo: { part: uncorrected },
    },
  ],
};
