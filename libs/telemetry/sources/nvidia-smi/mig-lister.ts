import type { FoundDevice } from './devices.ts';
import { migSet, parseMigNames, type MigNames } from './mig-names.ts';
import { runNvidiaSmi, type RunOptions } from './run-nvidia-smi.ts';

// Asked for within a read that has its document already: better without names than late.
const timeoutMs = 1500;
const readsUntilNextTry = 60;

/** Knows the names of the MIG devices, and asks `nvidia-smi -L` for them only when the set of them has changed. */
export class MigLister {
  #names: MigNames = new Map();
  #namedSet = '';
  #readsToWait = 0;

  async names(devices: readonly FoundDevice[], { signal, env }: RunOptions): Promise<MigNames> {
    const set = migSet(devices);
    if (set === this.#namedSet) return this.#names;
    this.#names = new Map();
    if (set === '') this.#namedSet = '';
    else if (this.#readsToWait > 0) this.#readsToWait -= 1;
    else {
      try {
        const limited = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
        const { status, stdout } = await runNvidiaSmi(['-L'], { signal: limited, env });
        this.#names = parseMigNames(stdout);
        if (status === 0) this.#namedSet = set;
        else this.#readsToWait = readsUntilNextTry;
      } catch {
        this.#readsToWait = readsUntilNextTry;
      }
    }
    return this.#names;
  }
}
