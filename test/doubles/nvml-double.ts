import type { Answer, GpmLibrary, Handle, NvmlLibrary } from '../../libs/telemetry/sources/nvml/nvml-library.ts';
import { codes } from '../../libs/telemetry/sources/nvml/return-codes.ts';

/** An NVML of one healthy GPU, without MIG, GPM or errors; a test changes what it is about. */
export function nvmlDouble(changes: Partial<NvmlLibrary> = {}): NvmlLibrary {
  return {
    init: () => codes.ok,
    shutdown: () => codes.ok,
    unload: () => {},
    deviceCount: () => ok(1),
    deviceByIndex: (index) => ok(handleAt(index)),
    uuid: (device) => ok(device >= firstPart ? `MIG-${device}` : gpuAt(Number(device - firstDevice))),
    name: (device) => ok(device >= firstPart ? 'NVIDIA Double-80GB MIG 1g.10gb' : 'NVIDIA Double-80GB'),
    pciBusId: () => ok('00000000:41:00.0'),
    driverVersion: () => ok('580.65.06'),
    utilization: () => ok({ gpu: 40, memory: 10 }),
    memory: () => ok({ total: 1000, free: 700, used: 300 }),
    memoryV2: () => ok({ total: 1000, free: 700, used: 250, reserved: 50 }),
    powerUsage: () => ok(200_000),
    powerLimit: () => ok(400_000),
    totalEnergy: () => ok(5000),
    temperature: () => ok(40),
    clock: (_, clock) => ok(clock === 'sm' ? 1410 : 1593),
    clockEventReasons: () => ok(0x1),
    clockThrottleReasons: () => ok(0x2),
    eccErrors: (_, kind) => ok(kind === 'corrected' ? 3 : 0),
    field: (_, field) => ok(field === 'powerInstant' ? 210_000 : 50),
    migMode: () => ok('off'),
    maxMigDevices: () => ok(7),
    migDevice: () => ({ code: codes.notFound }),
    gpuInstance: () => fails(codes.notSupported),
    computeInstance: () => fails(codes.notSupported),
    createEventSet: () => ok(1n),
    watchXid: () => codes.ok,
    nextXid: () => ({ code: codes.timeout }),
    freeEventSet: () => codes.ok,
    gpm: undefined,
    ...changes,
  };
}

/** GPU 0 cut up; parts are told as `[GPU instance, compute instance]`, by their index, `undefined` for a gap. */
export function migDouble(
  parts: readonly (readonly [number, number] | undefined)[],
  changes: Partial<NvmlLibrary> = {},
): NvmlLibrary {
  const partOf = (device: Handle): readonly [number, number] | undefined => parts[Number(device - firstPart)];
  return nvmlDouble({
    migMode: () => ok('on'),
    utilization: () => fails(codes.notSupported),
    maxMigDevices: () => ok(parts.length),
    migDevice: (_, index) => (parts[index] === undefined ? fails(codes.notFound) : ok(firstPart + BigInt(index))),
    gpuInstance: (device) => ok(partOf(device)?.[0] ?? 0),
    computeInstance: (device) => ok(partOf(device)?.[1] ?? 0),
    ...changes,
  });
}

/** Supported everywhere; a metric answers its id in percent. `live` are the samples not given back. */
export function gpmDouble(changes: Partial<GpmLibrary> = {}): GpmLibrary & { readonly live: ReadonlySet<Handle> } {
  const live = new Set<Handle>();
  let last = 1000n;
  return {
    live,
    supported: () => ok(true),
    allocate: () => {
      last += 1n;
      live.add(last);
      return ok(last);
    },
    sample: () => codes.ok,
    sampleInstance: () => codes.ok,
    compare: (_from, _to, ids) => ok(ids.map((id) => ok(id))),
    free: (sample) => (live.delete(sample) ? codes.ok : codes.invalidArgument),
    ...changes,
  };
}

export function gpuAt(index: number): string {
  return `GPU-${index}`;
}

export function handleAt(index: number): Handle {
  return firstDevice + BigInt(index);
}

export function ok<T>(value: T): Answer<T> {
  return { code: codes.ok, value };
}

export function fails(code: number): Answer<never> {
  return { code };
}

const firstDevice = 100n;
const firstPart = 200n;
