import type { CollectionFailure, Sample, SampledMissing, TelemetrySource } from '#libs/core';
import { advice } from '../advice.ts';
import { CollectionError } from '../collection-error.ts';
import { deviceReadingNames } from './device-readings.ts';
import { EngineActivity } from './gpm.ts';
import { type DeviceSample, KnownDevice } from './known-device.ts';
import { openNvml } from './koffi-library.ts';
import type { Answer, Handle, NvmlLibrary } from './nvml-library.ts';
import { codes, concernsDriver, failureFor, whyMissing } from './return-codes.ts';
import { XidEvents } from './xid-events.ts';

/**
 * The driver's own library. Its calls are synchronous, so this source belongs into a process that its parent may kill: a
 * call into a wedged driver never returns.
 */
export class NvmlSource implements TelemetrySource {
  readonly name = 'nvml';
  readonly #open: () => Promise<NvmlLibrary>;
  readonly #known = new Map<string, KnownDevice>();
  readonly #gpuAt = new Map<number, string>();
  readonly #engines = new EngineActivity();
  readonly #xids = new XidEvents();
  #nvml: NvmlLibrary | undefined;
  #initialized = false;

  constructor(open: () => Promise<NvmlLibrary> = openNvml) {
    this.#open = open;
  }

  async read(signal: AbortSignal): Promise<Sample> {
    signal.throwIfAborted();
    this.#nvml ??= await this.#open();
    signal.throwIfAborted();
    const nvml = this.#nvml;
    try {
      this.#initialize(nvml);
      return this.#sample(nvml);
    } catch (error) {
      // Begin anew next time, from the file: after an update of the driver the library in memory fits it no more.
      this.#leave();
      throw error;
    }
  }

  async close(): Promise<void> {
    this.#leave();
  }

  #initialize(nvml: NvmlLibrary): void {
    if (this.#initialized) return;
    const code = nvml.init();
    if (code !== codes.ok) throw new CollectionError(failureFor('NVML (the library of the driver) cannot start', code));
    this.#initialized = true;
  }

  #leave(): void {
    const nvml = this.#nvml;
    if (nvml === undefined) return;
    if (this.#initialized) {
      this.#engines.release(nvml.gpm);
      this.#xids.release(nvml);
      nvml.shutdown();
    }
    nvml.unload();
    for (const { calls } of this.#known.values()) calls.forget();
    this.#initialized = false;
    this.#nvml = undefined;
  }

  #sample(nvml: NvmlLibrary): Sample {
    const count = nvml.deviceCount();
    if (count.value === undefined) throw new CollectionError(failureFor('NVML cannot count the GPUs', count.code));
    if (count.value === 0) throw new CollectionError(noDevice);
    const driver = nvml.driverVersion?.().value;

    const samples = new Map<string, DeviceSample>();
    const strangers: number[] = [];
    for (let index = 0; index < count.value; index += 1) {
      const { code, value } = this.#find(nvml, index);
      if (value === undefined) strangers.push(code);
      else
        samples.set(
          value.device.gpu,
          value.handle === undefined
            ? value.device.lost(nvml)
            : value.device.read({ nvml, handle: value.handle, index, driver }),
        );
    }
    // A device that is not even counted any more is no less lost.
    for (const device of this.#known.values()) {
      if (!samples.has(device.gpu)) samples.set(device.gpu, device.lost(nvml));
    }
    const [firstCode] = strangers;
    if (samples.size === 0 && firstCode !== undefined) {
      throw new CollectionError(failureFor('NVML gives no GPU to this process', firstCode));
    }

    const found = [...samples.values()];
    return {
      // XID errors also of a device that is lost: they may be what lost it. Never missing: most devices never have one.
      readings: [...found.flatMap(({ readings }) => readings), ...this.#xids.fetch(nvml)],
      missing: [...found.flatMap(({ missing }) => missing), ...missingOf(strangers)],
      devices: found.map(({ device }) => device),
    };
  }

  /** Without handle: one that was at this index before and does not answer any more. */
  #find(nvml: NvmlLibrary, index: number): Answer<{ readonly device: KnownDevice; readonly handle?: Handle }> {
    const { code, value: handle } = nvml.deviceByIndex(index);
    const identity = handle === undefined ? { code } : nvml.uuid(handle);
    if (concernsDriver(identity.code)) throw new CollectionError(failureFor('NVML stopped answering', identity.code));
    const gpu = identity.value ?? this.#gpuAt.get(index);
    if (gpu === undefined) return { code: identity.code };

    const device = this.#known.get(gpu) ?? new KnownDevice(gpu, this.#engines);
    this.#known.set(gpu, device);
    this.#gpuAt.set(index, gpu);
    if (handle === undefined || identity.value === undefined) return { code: codes.ok, value: { device } };
    this.#xids.watch(nvml, handle, gpu);
    return { code: codes.ok, value: { device, handle } };
  }
}

const noDevice: CollectionFailure = {
  result: 'empty',
  message: 'the driver answers and shows no GPU',
  next: advice.giveGpu,
};

/** Of devices that never told their UUID; once per reason, since they cannot be told apart. */
function missingOf(strangers: readonly number[]): readonly SampledMissing[] {
  return [...new Set(strangers.map(whyMissing))].flatMap((why) => deviceReadingNames.map((name) => ({ name, why })));
}
