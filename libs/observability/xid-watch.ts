import type { Sample, SourceKind } from '#libs/core';
import { alertedXids } from './label-sets.ts';

interface Appearance {
  readonly gpu: string;
  readonly xid: string;
  /** Wall clock, ms. */
  readonly at: number;
}

/** As long as alerts look back, ms. */
const rememberedMs = 600_000;
const alerted: ReadonlySet<string> = new Set(alertedXids);

/**
 * When XID errors appeared. NVML tells each as it happens. What other sources report is the last one, however old, so that
 * only a change is news: what stands there when a source is first read tells no time.
 */
export class XidWatch {
  /** Last code by device and GPU instance, for each source that was read before. */
  readonly #codes = new Map<SourceKind, Map<string, number>>();
  readonly #appeared = new Map<string, Appearance>();

  /** @param at wall clock, ms */
  follow(source: SourceKind, sample: Sample, at: number): void {
    const before = this.#codes.get(source);
    const codes = before ?? new Map<string, number>();
    for (const { name, gpu = '', instance = '', value } of sample.readings) {
      if (name !== 'gpu.xid') continue;
      const place = `${gpu} ${instance}`;
      const isNews = source === 'nvml' || (before !== undefined && value !== codes.get(place));
      codes.set(place, value);
      if (!isNews || value === 0) continue;
      const xid = alerted.has(String(value)) ? String(value) : 'other';
      this.#appeared.set(`${gpu} ${xid}`, { gpu, xid, at });
    }
    this.#codes.set(source, codes);
  }

  /**
   * Those of devices that are there, and of devices that are gone while the error is recent: what takes a device off the
   * bus must not go with it.
   */
  appearances(present: ReadonlySet<string>, now: number): readonly Appearance[] {
    for (const [key, { gpu, at }] of this.#appeared) {
      if (!present.has(gpu) && now - at > rememberedMs) this.#appeared.delete(key);
    }
    return [...this.#appeared.values()];
  }
}
