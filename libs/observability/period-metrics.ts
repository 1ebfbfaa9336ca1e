import type { Action, DecisionRecord, GuardedDevice, GuardFacts, QueueDepth, Reading } from '#libs/core';
import { engineCache } from '#libs/core';
import type { FlyballEvent } from './events.ts';
import { limitingFactor } from './limiting-factor.ts';
import type { MetricFamilies } from './metrics.ts';
import { signalPressure } from './signal-pressure.ts';

type PeriodEvent = Extract<FlyballEvent, { type: 'period' }>;

/** Ready for this long, a worker's numbers are no longer those of its start. */
const warmAfterMs = 120_000;

export interface PeriodMetricsOptions {
  readonly families: MetricFamilies;
  readonly queue: string;
  /** Planned length of a period. */
  readonly periodMs: number;
  readonly eventLoopUtilization: () => number;
}

/**
 * What decision records say, as metrics; a source, term or depth that is not in the last one has no series. A period only
 * counts; the gauges, which say what is true now, are set from the last record when somebody reads them.
 */
export class PeriodMetrics {
  readonly #options: PeriodMetricsOptions;
  #direction: Action = 'hold';
  #readySince: number | undefined;
  #last: PeriodEvent | undefined;
  #eventLoopUtilization = 0;

  constructor(options: PeriodMetricsOptions) {
    this.#options = options;
  }

  record(event: PeriodEvent, handlerUp: boolean): void {
    const { t } = event.record;
    this.#count(event);
    this.#change(event.record);
    if (!handlerUp) this.#readySince = undefined;
    else this.#readySince ??= t;
    this.#eventLoopUtilization = this.#options.eventLoopUtilization();
    this.#last = event;
  }

  /** Whether periods tell how many jobs wait: not before the first, and no more once the worker drains. */
  tellsDepth(draining: boolean): boolean {
    return this.#last !== undefined && !draining;
  }

  /** Sets the gauges to what the last period saw. While it drains there are no periods, and what only they see is not known. */
  refresh(draining: boolean): void {
    const { families, queue } = this.#options;
    if (this.#last === undefined) return;
    const { record, depth } = this.#last;
    this.#limits(record);
    this.#explanation(record);
    const warm = !draining && this.#readySince !== undefined && record.t - this.#readySince >= warmAfterMs;
    families.set('worker_warm', { queue }, warm ? 1 : 0);
    families.set('worker_draining', { queue }, draining ? 1 : 0);
    families.set('control_last_period_timestamp_seconds', { queue }, record.at / 1000);
    this.#seen(draining ? undefined : record);
    showGuard(families, queue, draining ? record.guard && { ...record.guard, devices: [] } : record.guard);
    if (!draining) showDepth(families, queue, depth);
  }

  /** What was measured in the last period, and moves with every job. */
  #seen(record: DecisionRecord | undefined): void {
    const { families, queue } = this.#options;
    const pressures = Object.entries(record === undefined ? {} : signalPressure(record));
    families.replace(
      'signal_pressure_ratio',
      pressures.map(([signal, value]) => [{ queue, signal }, value]),
    );
    families.replace('eventloop_utilization_ratio', record === undefined ? [] : [[{}, this.#eventLoopUtilization]]);
    recordAges(families, record?.observation.readings ?? []);
  }

  #count({ record, durationMs, lagMs }: PeriodEvent): void {
    const { families, queue, periodMs } = this.#options;
    const { action, reason } = record;
    families.count('decisions_total', { queue, action, reason });
    const late = lagMs > 0.1 * periodMs;
    const result = record.error !== undefined ? 'error' : late ? 'late' : 'ok';
    families.count('control_periods_total', { queue, result });
    const missed = Math.floor(lagMs / periodMs);
    if (missed > 0) families.count('control_periods_total', { queue, result: 'skipped' }, missed);
    families.observe('control_period_duration_seconds', { queue }, durationMs / 1000);
    families.observe('control_period_lag_seconds', { queue }, lagMs / 1000);
  }

  /** Every change leaves its time, also one that nobody read before the next. */
  #change({ action, reason, at }: DecisionRecord): void {
    if (action === 'hold') return;
    const { families, queue } = this.#options;
    families.set('limit_last_change_timestamp_seconds', { queue, action, reason }, at / 1000);
    if (this.#direction !== 'hold' && this.#direction !== action) families.count('limit_reversals_total', { queue });
    this.#direction = action;
  }

  #limits({ limit, bounds, decision, shadows = [], members = [] }: DecisionRecord): void {
    const { families, queue } = this.#options;
    const labels = { queue };
    families.set('concurrency_limit', labels, limit.gate);
    families.set('concurrency_limit_exact', labels, limit.after);
    families.set('concurrency_limit_wanted', labels, decision.limit);
    families.set('concurrency_limit_min', labels, bounds.min);
    families.set('concurrency_limit_max', labels, bounds.max);
    families.replace(
      'concurrency_limit_shadow',
      shadows.map((shadow) => [{ queue, strategy: shadow.strategy }, shadow.limit]),
    );
    families.replace(
      'concurrency_limit_member',
      members.map((member) => [{ queue, strategy: member.strategy }, member.limit]),
    );
  }

  #explanation(record: DecisionRecord): void {
    const { families, queue } = this.#options;
    const { mode, strategy, bounds, configHash } = record;
    families.replace('strategy_info', [[{ queue, strategy, config_hash: configHash }, 1]]);
    families.enter('limiting_factor', { queue, factor: limitingFactor(record) });
    families.enter('bound_active', bounds.bit === 'none' ? undefined : { queue, bound: bounds.bit });
    families.enter('controller_mode', { queue, mode });
    const terms = Object.entries(record.decision.terms ?? {});
    families.replace(
      'strategy_term',
      terms.map(([term, value]) => [{ queue, strategy, term }, value]),
    );
  }
}

/** Without a guard at work there is nothing to show, and its state is off. */
function showGuard(families: MetricFamilies, queue: string, guard: GuardFacts | undefined): void {
  families.enter('guard_state', { queue, state: guard?.state ?? 'off' });
  // A model server's own memory is told as a share, and is on its panel of the cache.
  const devices = (guard?.devices ?? []).filter(({ gpu }) => gpu !== engineCache);
  const of = (value: (device: GuardedDevice) => number) =>
    devices.map((each) => [{ gpu: each.gpu }, value(each)] as const);
  families.replace(
    'guard_predicted_bytes',
    of(({ predicted, needed = predicted }) => needed),
  );
  families.replace(
    'guard_ceiling_bytes',
    of(({ ceiling }) => ceiling),
  );
  families.replace(
    'guard_footprint_bytes',
    of(({ next }) => next),
  );
  families.replace(
    'guard_trust_ratio',
    of(({ factor }) => factor),
  );
}

export function showDepth(families: MetricFamilies, queue: string, depth: QueueDepth | undefined): void {
  if (depth === undefined) {
    families.replace('queue_jobs', []);
    families.replace('queue_oldest_age_seconds', []);
    return;
  }
  families.set('queue_jobs', { queue, state: 'waiting' }, depth.waiting);
  families.set('queue_jobs', { queue, state: 'low-priority' }, depth.lowPriority);
  families.set('queue_jobs', { queue, state: 'leased' }, depth.leased);
  families.set('queue_oldest_age_seconds', { queue }, depth.oldestAge / 1000);
}

function recordAges(families: MetricFamilies, readings: readonly Reading[]): void {
  const ages = new Map<string, number>();
  for (const { source, age } of readings) ages.set(source, Math.max(age, ages.get(source) ?? 0));
  families.replace(
    'telemetry_sample_age_seconds',
    [...ages].map(([source, age]) => [{ source }, age / 1000]),
  );
}
