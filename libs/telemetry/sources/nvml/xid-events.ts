import type { SampledReading } from '#libs/core';
import type { Handle, NvmlLibrary } from './nvml-library.ts';
import { codes } from './return-codes.ts';

/**
 * The XID errors of the devices, each once.
 *
 * Events wait in the set until they are fetched, so asking at each read without waiting misses none that a thread waiting
 * for them would see; it only learns of them an interval later, and leaves no call behind that could keep the process.
 */
export class XidEvents {
  readonly #gpus = new Map<Handle, string>();
  #events: Handle | undefined;

  watch(nvml: NvmlLibrary, device: Handle, gpu: string): void {
    if (this.#gpus.has(device)) return;
    this.#gpus.set(device, gpu);
    this.#events ??= nvml.createEventSet?.().value;
    if (this.#events !== undefined) nvml.watchXid?.(device, this.#events);
  }

  /** Those since the last fetch, the oldest first. */
  fetch(nvml: NvmlLibrary): readonly SampledReading[] {
    if (this.#events === undefined) return [];
    const readings: SampledReading[] = [];
    for (let fetched = 0; fetched < mostPerRead; fetched += 1) {
      const { code, value } = nvml.nextXid?.(this.#events) ?? { code: codes.functionNotFound };
      if (code !== codes.ok || value === undefined) break;
      const gpu = this.#gpus.get(value.device);
      if (gpu !== undefined) readings.push({ name: 'gpu.xid', gpu, value: value.xid });
    }
    return readings;
  }

  release(nvml: NvmlLibrary): void {
    if (this.#events !== undefined) nvml.freeEventSet?.(this.#events);
    this.#events = undefined;
    this.#gpus.clear();
  }
}

/** A device that reports errors without end must not keep a read. */
const mostPerRead = 32;
