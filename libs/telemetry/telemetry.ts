import {
  FlyballError,
  type CollectionFailure,
  type CollectionResult,
  type Device,
  type MissingReading,
  type Reading,
  type Sample,
  type SourceKind,
  type SwitchCause,
  type TelemetryEvent,
} from '#libs/core';
import type { Collected, Collector } from './collector.ts';
import { controlView, type ControlViewOptions } from './control-view.ts';
import { HeldSample } from './held-sample.ts';
import { withLost } from './lost-devices.ts';
import { ownOf, pinned } from './own-devices.ts';
import { plausible } from './plausible.ts';
import type { OwnDevices } from './probe/source-spec.ts';
import { readTimeoutMs } from './staleness-bound.ts';
import { allFail, answered, failed, newSourceOrder, toAsk, type SourceOrder } from './source-order.ts';

const lostAfterMs = 60_000;
/** Until a source is in use, or none works, nobody waits for beats that are further apart. */
const startBeatMs = 1000;

export interface TelemetryFacts {
  readonly readings: readonly Reading[];
  readonly missing: readonly MissingReading[];
}

export interface TelemetryOptions {
  readonly host: Collector;
  /** In order of preference; readings come from one of them at a time and are never merged. */
  readonly gpu: readonly Collector[];
  readonly intervalMs: number;
  readonly control: ControlViewOptions;
  /** The worker's monotonic clock, ms. */
  readonly now: () => number;
  readonly onEvent: (event: TelemetryEvent) => void;
  /** A device was there, and for a minute none has been: said once. */
  readonly onLost?: (() => void) | undefined;
  readonly close: () => Promise<void>;
}

/**
 * Telemetry on a clock of its own. Whoever observes reads the last samples and never waits; a slow collection skips beats;
 * a source that fails gives way to the next in order and is taken back when it has recovered.
 */
export class Telemetry {
  /** Resolves when a device source answers; rejects when every one has failed, with the reason of each. */
  readonly found: Promise<void>;
  readonly #options: TelemetryOptions;
  readonly #find = Promise.withResolvers<void>();
  readonly #held = new Map<SourceKind, HeldSample>();
  readonly #devices = new Map<SourceKind, readonly Device[]>();
  readonly #lastReceipt = new Map<SourceKind, number>();
  readonly #underWay = new Set<Collector>();
  readonly #timer: NodeJS.Timeout;
  readonly #startTimer: NodeJS.Timeout | undefined;
  #order: SourceOrder;
  #own: OwnDevices;
  #told: SourceKind | 'none' | undefined;
  #shown: SourceKind | undefined;
  #lostSince: number | undefined;
  #closed = false;

  constructor(options: TelemetryOptions) {
    this.#options = options;
    this.#order = newSourceOrder(options.gpu.length);
    this.#own = options.control.own;
    this.found = this.#find.promise;
    // Nobody has to ask.
    this.found.catch(() => undefined);
    if (options.gpu.length === 0) this.#find.resolve();
    this.#beat();
    this.#timer = setInterval(() => this.#beat(), options.intervalMs).unref();
    if (options.gpu.length === 0 || options.intervalMs <= startBeatMs) return;
    this.#startTimer = setInterval(() => this.#askDevice(), startBeatMs).unref();
  }

  /** What is known at `now` (of the clock given), with ages. Costs microseconds: it reads nothing. */
  observe(now: number): TelemetryFacts {
    const readings: Reading[] = [];
    const missing: MissingReading[] = [];
    this.#held.get(this.#options.host.kind)?.observe(now, readings, missing);
    // Also after it has failed: then its readings are stale, which is not the same as never seen.
    if (this.#shown !== undefined) this.#held.get(this.#shown)?.observe(now, readings, missing);
    return { readings, missing };
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    clearInterval(this.#startTimer);
    this.#find.reject(new Error('telemetry was closed'));
    await this.#options.close();
  }

  #beat(): void {
    void this.#collect(this.#options.host);
    this.#askDevice();
  }

  #askDevice(): void {
    const { gpu, now } = this.#options;
    for (const index of toAsk(this.#order, now())) {
      const collector = gpu[index];
      if (collector !== undefined) void this.#collect(collector, index);
    }
  }

  async #collect(collector: Collector, index?: number): Promise<void> {
    if (this.#underWay.has(collector)) return;
    this.#underWay.add(collector);
    const collected = await collector.collect();
    this.#underWay.delete(collector);
    if (collected === undefined || this.#closed) return;
    const standing = this.#accept(collector.kind, collected);
    if (index === undefined) return;
    const now = this.#options.now();
    this.#order = standing === undefined ? answered(this.#order, index) : failed(this.#order, index, standing, now);
    this.#tellSwitch();
    this.#watchLoss(now);
  }

  /** Keeps and tells what came; answers with what was wrong with it, if anything. */
  #accept(source: SourceKind, collected: Collected): CollectionFailure | undefined {
    const { onEvent, control, now, intervalMs } = this.#options;
    const { durationMs } = collected;
    if ('failure' in collected) {
      const { failure } = collected;
      onEvent({ type: 'collection', source, result: failure.result, durationMs, failure });
      return failure;
    }
    const before = this.#devices.get(source) ?? [];
    const { sample, rejected } = plausible(withLost(collected.sample, before));
    this.#devices.set(source, sample.devices ?? []);
    const receivedAt = now();
    const ageMs = durationMs + (sample.age ?? 0);
    const gap = receivedAt - (this.#lastReceipt.get(source) ?? receivedAt);
    this.#lastReceipt.set(source, receivedAt);
    // A source that takes longer than a beat refreshes as often as it can be read.
    const own = Math.min(readTimeoutMs(intervalMs), Math.max(gap, durationMs));
    const interval = Math.max(intervalMs, sample.interval ?? 0, own);
    this.#own = pinned(this.#own, sample.devices ?? []);
    const view = controlView(source, sample, { own: this.#own, shared: control.shared });
    this.#held.set(source, new HeldSample({ view, takenAt: receivedAt - ageMs, interval }));
    const result = resultOf(sample, rejected);
    const failure = result === 'unchanged' ? frozen : undefined;
    onEvent({ type: 'collection', source, result, durationMs, ageMs, sample, rejected, ...(failure && { failure }) });
    return failure;
  }

  /** Says which source is in use when that changed, or that there is none any more. */
  #tellSwitch(): void {
    const { gpu } = this.#options;
    const { active } = this.#order;
    const source = active === undefined ? undefined : gpu[active]?.kind;
    if (source === undefined && !allFail(this.#order)) return;
    const before = this.#told;
    if ((source ?? 'none') === before) return;
    this.#told = source ?? 'none';
    clearInterval(this.#startTimer);
    this.#shown = source ?? this.#shown;
    const why = this.#reasons(active ?? gpu.length);
    const cause = this.#causeOf(before, source);
    const detail = why.length > 0 ? { detail: why.join('; ') } : {};
    this.#options.onEvent({ type: 'source-switched', ...(source && { source }), cause, ...detail });
    if (source !== undefined) this.#find.resolve();
    else this.#find.reject(unavailable(why, this.#order));
  }

  /** One bad reading is never a loss. */
  #watchLoss(now: number): void {
    const seen = (this.#shown && this.#devices.get(this.#shown)) ?? [];
    const devices = ownOf(this.#own, seen);
    const lost = this.#told === 'none' || devices.every((device) => device.lost === true);
    if (!lost || this.#shown === undefined || devices.length === 0) {
      this.#lostSince = undefined;
      return;
    }
    const since = (this.#lostSince ??= now);
    if (now - since < lostAfterMs) return;
    this.#lostSince = Infinity;
    this.#options.onLost?.();
  }

  #causeOf(before: SourceKind | 'none' | undefined, source: SourceKind | undefined): SwitchCause {
    if (before === undefined) return 'start';
    if (source === undefined || before === 'none') return source === undefined ? 'failed' : 'recovered';
    const place = (kind: SourceKind): number => this.#options.gpu.findIndex((each) => each.kind === kind);
    return place(source) < place(before) ? 'recovered' : 'failed';
  }

  /** Why not those that would be preferred. */
  #reasons(upTo: number): readonly string[] {
    return this.#options.gpu.slice(0, upTo).flatMap(({ kind }, index) => {
      const why = this.#order.standings[index]?.why;
      return why === undefined ? [] : [`${kind}: ${why.message}`];
    });
  }
}

const frozen: CollectionFailure = {
  result: 'error',
  message: 'it answers, but its values do not change any more',
  next: 'Restart the exporter; if the device is idle, let it export power or energy too, which always change.',
};

function resultOf(sample: Sample, rejected: readonly string[]): CollectionResult {
  if (sample.unchanged === true) return 'unchanged';
  return rejected.length > 0 || sample.devices?.some(({ lost }) => lost === true) === true ? 'partial' : 'ok';
}

function unavailable(reasons: readonly string[], { standings }: SourceOrder): FlyballError {
  const next = standings.flatMap(({ why }) => (why?.next === undefined ? [] : [why.next]));
  return new FlyballError(
    'TELEMETRY_UNAVAILABLE',
    `No source of TELEMETRY_GPU works. ${reasons.join('. ')}. ${[...new Set(next)].join(' ')} ` +
      'To start without a device, set TELEMETRY_GPU=none; to take one when there is one, TELEMETRY_GPU=auto.',
  );
}
