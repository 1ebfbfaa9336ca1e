import type { CollectionFailure, TelemetryEvent } from '#libs/core';
import type { Collected } from '../collector.ts';
import { nextRestart } from './back-off.ts';
import { endGroup } from './kill-ladder.ts';
import { ProbeLife, type LifeEnd } from './probe-life.ts';
import { probeSystem, type ProbeSystem } from './probe-system.ts';
import { Quarantine } from './quarantine.ts';
import type { ProbedKind, SourceSpec } from './source-spec.ts';
import { StderrLimit } from './stderr-limit.ts';
import { waitUntil } from './wait.ts';

export interface ProbeOptions {
  readonly sources: readonly SourceSpec[];
  readonly intervalMs: number;
  /** `probe-restarted`, `probe-abandoned`, `probe-reaped`, `probe-said` */
  readonly onEvent: (event: TelemetryEvent) => void;
  readonly system?: ProbeSystem;
}

/**
 * The one process that touches devices, kept running from now on until closed: one that hangs, crashes or talks nonsense is
 * ended with all that it started, and the next one starts when nothing of it is left.
 */
export class Probe {
  readonly #options: ProbeOptions;
  readonly #system: ProbeSystem;
  readonly #quarantine: Quarantine;
  readonly #stderr: StderrLimit;
  readonly #closing = Promise.withResolvers<void>();
  readonly #supervised: Promise<void>;
  #isClosing = false;
  #life: ProbeLife | undefined;
  #unheard: CollectionFailure | undefined;

  constructor(options: ProbeOptions) {
    this.#options = options;
    this.#system = options.system ?? probeSystem;
    this.#quarantine = new Quarantine(this.#system, options.onEvent);
    this.#stderr = new StderrLimit(this.#system.now, (text) => options.onEvent({ type: 'probe-said', text }));
    this.#supervised = this.#supervise();
  }

  /** Processes left behind because nothing ends them: 0 or 1. */
  get abandoned(): number {
    return this.#quarantine.abandoned;
  }

  /**
   * Never rejects. Undefined: the source was not asked (one that is being asked, one of a process to come), or was cut off
   * for what another one did; no verdict on it.
   */
  async read(kind: ProbedKind): Promise<Collected | undefined> {
    if (this.#isClosing || !this.#options.sources.some((source) => source.kind === kind)) return undefined;
    const failure = this.#quarantine.failureOf(kind) ?? this.#unheard;
    if (failure !== undefined) return { durationMs: 0, failure };
    return this.#life?.read(kind);
  }

  /** Ends the process and all that it started, within three seconds; only what SIGKILL does not end is left. */
  async close(): Promise<void> {
    // Until this is done, and no longer, the worker has to stay.
    const stay = setInterval(() => undefined, 1000);
    this.#isClosing = true;
    this.#closing.resolve();
    this.#life?.close();
    this.#quarantine.close();
    await this.#supervised;
    clearInterval(stay);
  }

  async #supervise(): Promise<void> {
    let failures = 0;
    while (!this.#isClosing) {
      const { end, livedMs } = await this.#live();
      if (end.cause === 'closed') return;
      const restart = nextRestart(
        { failuresBefore: failures, livedMs, random: this.#system.random() },
        this.#system.times,
      );
      failures = restart.failures;
      await waitUntil(this.#closing.promise, restart.delayMs, this.#system);
      if (this.#isClosing) return;
      this.#unheard = undefined;
      this.#options.onEvent({ type: 'probe-restarted', cause: end.cause, detail: end.detail });
    }
  }

  /** One process, until nothing of it is left or it has been given up. */
  async #live(): Promise<{ readonly end: LifeEnd; readonly livedMs: number }> {
    const { sources, intervalMs } = this.#options;
    const onLine = (text: string): void => this.#stderr.hear(text);
    const life = new ProbeLife({ sources, intervalMs, onLine, system: this.#system });
    this.#life = life;
    const end = await life.over;
    const livedMs = this.#system.now() - life.startedAt;
    this.#life = undefined;
    this.#unheard = end.unheard;
    const isGone = await endGroup(life.process, this.#system);
    if (isGone || this.#isClosing) life.process.release();
    else await this.#quarantine.admit({ process: life.process, guilty: end.guilty });
    return { end, livedMs };
  }
}
