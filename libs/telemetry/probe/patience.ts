import type { ProbeSystem } from './probe-system.ts';

/** A timer that can be paused: only the time in between counts. */
export class Patience {
  readonly #system: Pick<ProbeSystem, 'now' | 'after'>;
  readonly #onEnd: () => void;
  #leftMs: number;
  #running: { readonly since: number; readonly callOff: () => void } | undefined;

  constructor(system: Pick<ProbeSystem, 'now' | 'after'>, ms: number, onEnd: () => void) {
    this.#system = system;
    this.#leftMs = ms;
    this.#onEnd = onEnd;
  }

  run(): void {
    if (this.#running !== undefined) return;
    const callOff = this.#system.after(Math.max(0, this.#leftMs), this.#onEnd);
    this.#running = { since: this.#system.now(), callOff };
  }

  pause(): void {
    if (this.#running === undefined) return;
    this.#running.callOff();
    this.#leftMs -= this.#system.now() - this.#running.since;
    this.#running = undefined;
  }
}
