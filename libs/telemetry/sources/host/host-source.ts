import {
  sixDigits,
  type ReadingName,
  type Sample,
  type SampledMissing,
  type SampledReading,
  type TelemetrySource,
  type WhyMissing,
} from '#libs/core';
import { openCgroup } from './cgroup.ts';
import type { HostProbes } from './host-probes.ts';
import { openProc, openSystemInformation } from './machine.ts';

export interface HostPlaces {
  readonly proc: string;
  readonly cgroup: string;
}

/** CPU, memory and pressure of what we run in: our cgroup where it says (v2), else the machine. Opens at first read. */
export class HostSource implements TelemetrySource {
  readonly name = 'host';
  readonly #now: () => number;
  readonly #places: HostPlaces;
  #opened: Promise<readonly HostProbes[]> | undefined;

  /** `now`: a monotonic clock, ms. */
  constructor(
    now: () => number = () => performance.now(),
    places: HostPlaces = { proc: '/proc', cgroup: '/sys/fs/cgroup' },
  ) {
    this.#now = now;
    this.#places = places;
  }

  async read(): Promise<Sample> {
    this.#opened ??= this.#open();
    const probes = await this.#opened;
    const readings: SampledReading[] = [];
    const missing: SampledMissing[] = [];
    const ask = async <Value>(
      names: readonly ReadingName[],
      probe: (() => Promise<Value>) | undefined,
      valuesFrom: (value: Value) => readonly (number | WhyMissing)[],
    ): Promise<void> => {
      const found = probe === undefined ? [] : await probe().then(valuesFrom, () => names.map(() => 'failed' as const));
      for (const [index, name] of names.entries()) {
        const value = found[index] ?? 'not-supported';
        if (typeof value === 'number') readings.push({ name, value: sixDigits(value) });
        else missing.push({ name, why: value });
      }
    };
    await Promise.all([
      ask(['host.cpu', 'host.cpu.throttled'], firstOf(probes, 'cpu'), ({ share, throttled }) => [
        share ?? 'warming-up',
        throttled ?? 'not-supported',
      ]),
      ask(['host.memory.used', 'host.memory.limit'], firstOf(probes, 'memory'), ({ used, limit }) => [used, limit]),
      ask(
        ['host.pressure.cpu', 'host.pressure.memory', 'host.pressure.io'],
        firstOf(probes, 'pressure'),
        ({ cpu, memory, io }) => [cpu, memory, io].map((share) => share ?? 'not-supported'),
      ),
    ]);
    return { readings, missing };
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
