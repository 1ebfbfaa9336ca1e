import type { Limiter, LoopView } from '#libs/simulation';
import { highest } from './peer.ts';

const memoryTarget = 0.8;
const busyTarget = 0.9;
const betweenGrantsMs = 50;

/**
 * Temporal's resource-based slot supplier (core's resource_based.rs). There is no limit: each start asks for a slot, and two
 * PD controllers answer, one on memory, one on processor load (here the GPU's utilisation), x as a share:
 *   out = 5·(target − x) − Δx;  granted ⇔ memory out > 0.25, processor out > 0.05, memory ≤ its target,
 *   50 ms since the last grant.  The first slot is always granted.
 */
export class TemporalSlots implements Limiter {
  readonly limit = highest;
  readonly tickMs = betweenGrantsMs;
  readonly #memory = new PdController(memoryTarget);
  readonly #busy = new PdController(busyTarget);
  #grantedAt = -Infinity;

  mayStart(t: number, { inFlight, device, capacity }: LoopView): boolean {
    if (inFlight < 1) return true;
    if (device === undefined || t - this.#grantedAt < betweenGrantsMs) return false;
    const memory = device.memoryUsed / capacity;
    const memoryOut = this.#memory.out(memory);
    const busyOut = this.#busy.out(device.utilization);
    return memoryOut > 0.25 && busyOut > 0.05 && memory <= memoryTarget;
  }

  started(t: number): void {
    this.#grantedAt = t;
  }
}

class PdController {
  readonly #target: number;
  #last: number | undefined;

  constructor(target: number) {
    this.#target = target;
  }

  out(x: number): number {
    const change = x - (this.#last ?? x);
    this.#last = x;
    return 5 * (this.#target - x) - change;
  }
}
