import type { Sample, SampledReading, SourceKind } from '#libs/core';
import { countedReadings } from './reading-places.ts';

interface Track {
  source: SourceKind;
  /** As the other side told it last. */
  last: number;
  total: number;
}

/**
 * Counters that a device or a server counts, as ones that never go back. The first number is taken as it is, so that the
 * total reads as the device's own; then it advances by the difference, and by the new number after a step back, which is a
 * restart of the other side. Another source only says where it stands: two count the same thing from different beginnings.
 */
export class FedCounters {
  readonly #tracks = new Map<string, Map<string, Track>>();

  /** To be told every sample: a restart between two that somebody looked at would be lost. */
  follow(source: SourceKind, sample: Sample): void {
    for (const reading of sample.readings) {
      if (countedReadings.has(reading.name)) this.#advance(source, ownerOf(sample, reading), reading);
    }
  }

  total(sample: Sample, reading: SampledReading): number | undefined {
    return this.#tracks.get(ownerOf(sample, reading))?.get(reading.name)?.total;
  }

  #advance(source: SourceKind, owner: string, { name, value }: SampledReading): void {
    const tracks = this.#tracks.get(owner) ?? new Map<string, Track>();
    if (tracks.size === 0) this.#tracks.set(owner, tracks);
    const track = tracks.get(name);
    if (track === undefined) {
      tracks.set(name, { source, last: value, total: value });
      return;
    }
    if (track.source === source) track.total += value >= track.last ? value - track.last : value;
    track.source = source;
    track.last = value;
  }
}

function ownerOf({ backend }: Sample, { gpu }: SampledReading): string {
  return gpu ?? backend ?? '';
}
