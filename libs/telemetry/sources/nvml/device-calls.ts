import { CollectionError } from '../collection-error.ts';
import type { Answer } from './nvml-library.ts';
import { codes, concernsDriver, failureFor, meansLost } from './return-codes.ts';

/**
 * The calls about one device. What it does not support is not asked again, and once a call found it lost it is asked no
 * more in this read: each further call may take long, and says the same.
 */
export class DeviceCalls {
  readonly #unsupported = new Set<string>();
  #lostCode: number | undefined;

  get lost(): boolean {
    return this.#lostCode !== undefined;
  }

  /** It may be back, after a reset. */
  startRead(): void {
    this.#lostCode = undefined;
  }

  /** Another driver, or MIG switched: it may support other things now. */
  forget(): void {
    this.#unsupported.clear();
  }

  /** Throws a CollectionError when the code says that the whole driver is gone. */
  ask<T>(call: string, run: (() => Answer<T>) | undefined): Answer<T> {
    if (this.#lostCode !== undefined) return { code: this.#lostCode };
    if (run === undefined) return { code: codes.functionNotFound };
    if (this.#unsupported.has(call)) return { code: codes.notSupported };
    const answer = run();
    if (answer.code === codes.notSupported) this.#unsupported.add(call);
    if (meansLost(answer.code)) this.#lostCode = answer.code;
    if (concernsDriver(answer.code)) throw new CollectionError(failureFor('NVML stopped answering', answer.code));
    return answer;
  }
}
