import type { CollectionFailure, TelemetryEvent } from '#libs/core';
import { isGone } from './kill-ladder.ts';
import type { ProbeProcess } from './probe-process.ts';
import type { ProbeSystem } from './probe-system.ts';
import type { ProbedKind } from './source-spec.ts';
import { stuck } from './verdicts.ts';

/** A process that SIGKILL did not end. */
export interface StuckProbe {
  readonly process: ProbeProcess;
  /** What was read when it hung, as far as one can tell. */
  readonly guilty?: ProbedKind | undefined;
}

/**
 * Processes that hang in the kernel. One may be left behind: its source is not asked until it is gone. With a second one all
 * reading ends until one of the two is gone; a third would only hang as well.
 */
export class Quarantine {
  readonly #system: ProbeSystem;
  readonly #onEvent: (event: TelemetryEvent) => void;
  #abandoned: StuckProbe | undefined;
  #second: { readonly probe: StuckProbe; readonly free: () => void } | undefined;
  #stopLooking: () => void = () => undefined;

  constructor(system: ProbeSystem, onEvent: (event: TelemetryEvent) => void) {
    this.#system = system;
    this.#onEvent = onEvent;
  }

  get abandoned(): number {
    return this.#abandoned === undefined ? 0 : 1;
  }

  /** Why a source cannot be asked now, if that is so. */
  failureOf(kind: ProbedKind): CollectionFailure | undefined {
    const stuckOnes = [this.#abandoned, this.#second?.probe].filter((probe) => probe !== undefined);
    if (stuckOnes.length < 2 && this.#abandoned?.guilty !== kind) return undefined;
    return stuck(
      kind,
      stuckOnes.flatMap(({ process }) => process.pid ?? []),
    );
  }

  /** Resolves when another process may be started. */
  async admit(probe: StuckProbe): Promise<void> {
    if (this.#abandoned === undefined) {
      this.#abandon(probe);
      this.#lookLater();
      return;
    }
    await new Promise<void>((free) => (this.#second = { probe, free }));
  }

  /** Looks no more; whoever waits goes on. */
  close(): void {
    this.#stopLooking();
    this.#second?.free();
  }

  #abandon(probe: StuckProbe): void {
    this.#abandoned = probe;
    const { process, guilty } = probe;
    process.release();
    if (process.pid === undefined) return;
    this.#onEvent({ type: 'probe-abandoned', pid: process.pid, ...(guilty && { source: guilty }) });
  }

  #lookLater(): void {
    this.#stopLooking = this.#system.after(this.#system.times.reap, () => this.#look());
  }

  #look(): void {
    const second = this.#second;
    const secondIsGone = second !== undefined && isGone(second.probe.process, this.#system);
    if (secondIsGone) this.#second = undefined;
    if (this.#abandoned !== undefined && isGone(this.#abandoned.process, this.#system)) this.#reap(this.#abandoned);
    if (this.#second === undefined) second?.free();
    if (this.#abandoned !== undefined) this.#lookLater();
  }

  /** The place of the first is free: the second takes it. */
  #reap({ process }: StuckProbe): void {
    this.#abandoned = undefined;
    if (process.pid !== undefined) this.#onEvent({ type: 'probe-reaped', pid: process.pid });
    const next = this.#second?.probe;
    this.#second = undefined;
    if (next !== undefined) this.#abandon(next);
  }
}
