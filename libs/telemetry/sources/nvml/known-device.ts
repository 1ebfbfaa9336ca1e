import type { Device, MigDevice, ReadingName, SampledMissing } from '#libs/core';
import { DeviceCalls } from './device-calls.ts';
import { deviceReadingNames, type DeviceToRead, readDevice, type Readings } from './device-readings.ts';
import { type EngineActivity, engineReadingNames } from './gpm.ts';
import { migReadingNames, readMig } from './mig.ts';
import type { Handle, NvmlLibrary } from './nvml-library.ts';

export interface DeviceSample extends Readings {
  readonly device: Device;
}

export interface DeviceNow {
  readonly nvml: NvmlLibrary;
  readonly handle: Handle;
  readonly index: number;
  readonly driver: string | undefined;
}

/** A GPU that answered at least once, and what we remember of it. */
export class KnownDevice {
  readonly gpu: string;
  readonly calls = new DeviceCalls();
  readonly #engines: EngineActivity;
  #identity: Device;

  constructor(gpu: string, engines: EngineActivity) {
    this.gpu = gpu;
    this.#engines = engines;
    this.#identity = { gpu };
  }

  read({ nvml, handle, index, driver }: DeviceNow): DeviceSample {
    const { gpu, calls } = this;
    const { driver: driverBefore, mig: migBefore } = this.#identity;
    calls.startRead();
    if (driver !== driverBefore) calls.forget();
    const { migMode, name, pciBusId } = nvml;
    const mig = calls.ask('MIG mode', migMode && (() => migMode(handle))).value;
    if (mig !== migBefore) calls.forget();

    const device = { nvml, handle, gpu, calls, mig };
    const whole = readDevice(device);
    const parts = mig === 'on' ? readMig(device) : undefined;
    const engines = parts === undefined ? [this.#readEngine(device)] : this.#readEngines(device, parts.instances);
    const model = this.#identity.model ?? calls.ask('name', name && (() => name(handle))).value;
    const bus = this.#identity.pciBusId ?? calls.ask('PCI', pciBusId && (() => pciBusId(handle))).value;
    if (calls.lost) return this.lost(nvml);

    this.#identity = {
      gpu,
      index,
      ...(model !== undefined && { model }),
      ...(driver !== undefined && { driver }),
      ...(bus !== undefined && { pciBusId: bus }),
      ...(mig !== undefined && { mig }),
      ...(parts !== undefined && { instances: parts.instances }),
    };
    const all = [whole, ...(parts === undefined ? [] : [parts]), ...engines];
    return {
      device: this.#identity,
      readings: all.flatMap(({ readings }) => readings),
      missing: all.flatMap(({ missing }) => missing),
    };
  }

  /** As it was known. What it said before it was lost in the middle of a read is not published. */
  lost(nvml: NvmlLibrary): DeviceSample {
    const { gpu } = this;
    // What is compared later must not span the time in between.
    this.#engines.release(nvml.gpm, gpu);
    const ofInstances = [...new Set(this.#identity.instances?.map(({ instance }) => instance))].flatMap((instance) =>
      [...migReadingNames, ...engineReadingNames].map((name) => ({ name, gpu, instance, why: 'lost' }) as const),
    );
    return {
      device: { ...this.#identity, lost: true },
      readings: [],
      missing: [...named([...deviceReadingNames, ...engineReadingNames], gpu, 'lost'), ...ofInstances],
    };
  }

  #readEngine(device: DeviceToRead, instance?: string): Readings {
    const { handle, gpu, calls } = device;
    const engine = { gpm: device.nvml.gpm, handle, gpu, calls };
    return this.#engines.read(instance === undefined ? engine : { ...engine, instance });
  }

  #readEngines(device: DeviceToRead, instances: readonly MigDevice[]): readonly Readings[] {
    const whole = named(engineReadingNames, this.gpu, 'mig');
    const each = new Set(instances.map(({ instance }) => instance));
    return [{ readings: [], missing: whole }, ...[...each].map((instance) => this.#readEngine(device, instance))];
  }
}

function named(names: readonly ReadingName[], gpu: string, why: SampledMissing['why']): readonly SampledMissing[] {
  return names.map((name) => ({ name, gpu, why }));
}
