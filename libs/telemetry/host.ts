import { sixDigits, type MissingReading, type Reading, type Sample, type TelemetrySource } from '#libs/core';
import { openCgroup } from './cgroup.ts';
import type { HostProbes } from './host-probes.ts';
import { openProc, openSystemInformation } from './machine.ts';

export interface HostPlaces {
  readonly proc: string;
  readonly cgroup: string;
}

type HostReading = Omit<Reading, 'age' | 'source'>;

/** CPU, memory and pressure of what we run in: our cgroup where it says (v2), else the machine. Opens at first read. */
export class HostSource implements TelemetrySource {
  readonly name = 'host';
  readonly #now: () => number;
  readonly #places: HostPlaces;
  #opened: Promise<readonly HostProbes[]> | undefined;

  /** `now`: the reader's monotonic clock, ms. */
  constructor(now: () => number, places: HostPlaces = { proc: '/proc', cgroup: '/sys/fs/cgroup' }) {
    this.#now = now;
    this.#places = places;
  }

  async read(): Promise<Sample> {
    this.#opened ??= this.#open();
    const probes = await this.#opened;
    const takenAt = this.#now();
    const readings: HostReading[] = [];
    const missing: MissingReading[] = [];
    const ask = async <Value>(
      name: string,
      probe: (() => Promise<Value | undefined>) | undefined,
      readingsFrom: (value: Value) => readonly HostReading[],
    ): Promise<void> => {
      try {
        const value = await probe?.();
        if (value !== undefined) readings.push(...readingsFrom(value));
        else missing.push({ name, why: probe === undefined ? 'not-supported' : 'warming-up' });
      } catch {
        missing.push({ name, why: 'lost' });
      }
    };
    await Promise.all([
      ask('host.cpu', firstOf(probes, 'cpu'), (share) => [reading('host.cpu', share, 'ratio')]),
      ask('host.memory.used', firstOf(probes, 'memory'), ({ used, limit }) => [
        reading('host.memory.used', used, 'bytes'),
        reading('host.memory.limit', limit, 'bytes'),
      ]),
      ask('host.pressure', firstOf(probes, 'pressure'), (shares) =>
        Object.entries(shares).map(([resource, share]) => reading(`host.pressure.${resource}`, share, 'ratio')),
      ),
    ]);
    return { source: this.name, takenAt, readings, missing };
  }

  async close(): Promise<void> {
    const probes = await this.#opened?.catch(() => []);
    await Promise.all((probes ?? []).map((each) => each.close()));
  }

  async #open(): Promise<readonly HostProbes[]> {
    const { proc, cgroup } = this.#places;
    const own = await openCgroup({ mount: cgroup, self: `${proc}/self/cgroup` }, this.#now);
    const machine = await openProc(proc);
    if (machine.cpu !== undefined || own.cpu !== undefined) return [own, machine];
    return [own, machine, await openSystemInformation()];
  }
}

/** The best of those who can tell. */
function firstOf<Kind extends 'cpu' | 'memory' | 'pressure'>(
  probes: readonly HostProbes[],
  kind: Kind,
): HostProbes[Kind] | undefined {
  return probes.find((each) => each[kind] !== undefined)?.[kind];
}

function reading(name: string, value: number, unit: Reading['unit']): HostReading {
  return { name, value: sixDigits(value), unit };
}
