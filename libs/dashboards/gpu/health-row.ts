import type { Row } from '../build/dashboard.ts';
import { runbookOf } from '../build/data-links.ts';
import { countedBy, quantileBy, rateBy } from '../build/promql.ts';
import { series } from '../build/selector.ts';
import { table } from '../build/table.ts';
import { timeline } from '../build/timeline.ts';
import { timeseries } from '../build/timeseries.ts';
import { marks } from '../objectives.ts';

/** Whether what is read can be believed: which source, how old, and what it does not tell. */
export function healthRow(): Row {
  return { title: 'Telemetry health', panels: [...sourcePanels(), ...collectionPanels(), ...probePanels()] };
}

function sourcePanels() {
  return [
    timeline({
      title: 'Active source',
      width: 8,
      shows: 'The source of GPU readings that the controller goes by now.',
      todo: 'If low: no bar means no source; `HANDLER= flyball doctor` on the worker reads each and says what is wrong.',
      queries: [{ expr: `${series('telemetry_active')} == 1`, legend: '{{source}} {{instance}}' }],
      states: [{ text: 'active', color: 'blue' }],
      links: [runbookOf('FlyballTelemetryFallback')],
    }),
    timeline({
      title: 'Sources that answer',
      width: 8,
      shows: 'Whether the last collection of each source succeeded.',
      todo: 'If low: a source that is down for long is in the log as telemetry-failed, with its error.',
      queries: [{ expr: series('telemetry_up'), legend: '{{source}} {{instance}}' }],
      states: [
        { text: 'down', color: 'red' },
        { text: 'up', color: 'green' },
      ],
      links: [runbookOf('FlyballTelemetryStale')],
    }),
    table({
      title: 'Sources, by preference',
      unit: 'none',
      width: 8,
      height: 6,
      shows: 'The declared order of sources (0 is first), whether each is in use, and how long ago it last answered.',
      todo: 'If high: in use at an order above 0 is a fall-back: the preferred source is silent.',
      queries: [
        { expr: `max by (instance, source) (${series('telemetry_order')})`, legend: '{{source}}', column: 'order' },
        { expr: `max by (instance, source) (${series('telemetry_active')})`, legend: '{{source}}', column: 'in use' },
        {
          expr: `min by (instance, source) (time() - ${series('telemetry_last_success_timestamp_seconds')})`,
          legend: '{{source}}',
          column: 'last success, ago',
          unit: 's',
        },
      ],
    }),
    timeseries({
      title: 'Age of the sample',
      unit: 's',
      width: 8,
      shows: 'Age of the sample that the last period used.',
      todo: 'If high: the source hangs or repeats itself; beyond three intervals the controller does not believe it.',
      queries: [{ expr: series('telemetry_sample_age_seconds'), legend: '{{source}} {{instance}}' }],
      turns: { redFrom: marks.telemetryAgeSeconds },
      links: [runbookOf('FlyballTelemetryStale'), runbookOf('FlyballBlind')],
    }),
    table({
      title: 'Fields that are not here',
      unit: 'none',
      width: 16,
      shows: 'Readings that the controller wants and a device that is heard does not report.',
      todo: 'If high: `HANDLER= flyball doctor` names why: MIG, permission, driver or exporter; no law acts on a field that is not here.',
      queries: [
        {
          expr: `max by (instance, source, gpu, field) (${series('telemetry_field_available')} == 0)`,
          legend: '{{field}}',
        },
      ],
    }),
  ];
}

function collectionPanels() {
  return [
    timeseries({
      title: 'Collections by result',
      unit: 'ops',
      width: 8,
      stacked: true,
      shows: 'Collections each second by source and result.',
      todo: 'If high: timeout is a driver that hangs, parse a version nobody has seen, unchanged an exporter that repeats itself.',
      queries: [
        {
          expr: rateBy('instance, source, result', 'telemetry_collections_total'),
          legend: '{{result}} {{source}} {{instance}}',
        },
      ],
    }),
    timeseries({
      title: 'Duration of a collection, p95',
      unit: 's',
      width: 8,
      shows: 'How long one read of a source takes.',
      todo: 'If high: readings come late, and near the time-out not at all; another source may be quicker (`HANDLER= flyball doctor`).',
      queries: [
        {
          expr: quantileBy(0.95, 'instance, source', 'telemetry_collect_duration_seconds'),
          legend: '{{source}} {{instance}}',
        },
      ],
    }),
    timeseries({
      title: 'Readings left out',
      unit: 'ops',
      width: 8,
      shows: 'Readings each second whose number cannot be: below 0, a share above 1, more used than there is.',
      todo: 'If high: the source lies; compare with `nvidia-smi` by hand and prefer another one.',
      queries: [
        {
          expr: rateBy('instance, source, field', 'telemetry_rejected_total'),
          legend: '{{field}} {{source}} {{instance}}',
        },
      ],
    }),
  ];
}

function probePanels() {
  return [
    timeseries({
      title: 'Switches of the source',
      unit: 'ops',
      width: 8,
      shows: 'Switches to a source each second, by cause.',
      todo: 'If high: two sources take turns; the log line telemetry-source says why each time.',
      queries: [
        {
          expr: rateBy('instance, source, cause', 'telemetry_switches_total'),
          legend: '{{cause}} to {{source}} {{instance}}',
        },
      ],
      links: [runbookOf('FlyballTelemetryFallback')],
    }),
    timeseries({
      title: 'Restarts of the probe process',
      unit: 'short',
      width: 8,
      shows: 'Restarts of the process that reads the device in a quarter of an hour, all of them and by cause.',
      todo: 'If high: timeout is the driver; crash has the last words of the process in the log line probe-restarted.',
      queries: [
        { expr: countedBy('instance', 'telemetry_probe_restarts_total', '15m'), legend: 'all {{instance}}' },
        {
          expr: countedBy('instance, cause', 'telemetry_probe_restarts_total', '15m'),
          legend: '{{cause}} {{instance}}',
        },
      ],
      turns: { redFrom: marks.probeRestartsIn15Minutes },
      links: [runbookOf('Probe restarting')],
    }),
    timeseries({
      title: 'Probe processes left behind',
      unit: 'none',
      width: 8,
      shows: 'Processes that could not be killed: they hang inside the driver.',
      todo: 'If high: only a reboot of the node ends them; drain it.',
      queries: [{ expr: series('telemetry_probes_abandoned'), legend: '{{instance}}' }],
      turns: { redFrom: 1 },
      links: [runbookOf('Probe stuck')],
    }),
  ];
}
