import { advice } from '../advice.ts';
import { CollectionError } from '../collection-error.ts';
import { answer, type CodeCall, NativeCalls } from './native-calls.ts';
import { gpmCalls } from './native-gpm.ts';
import { structCalls } from './native-structs.ts';
import { type Answer, clocks, eccErrorKinds, type Handle, type NvmlLibrary } from './nvml-library.ts';

/** Rejects with a CollectionError (`spawn`, absent) when it is not here. */
export async function openNvml(path: string = usualName()): Promise<NvmlLibrary> {
  // Only where NVML is wanted: koffi brings a native part of its own.
  const { default: koffi } = await import('koffi').catch((error: unknown) => {
    throw absent('koffi, which calls NVML, does not start here', 'Use the source nvidia-smi instead.', error);
  });
  try {
    const loaded = koffi.load(path);
    return { ...library(koffi, new NativeCalls(loaded), path), unload: () => loaded.unload() };
  } catch (error) {
    if (error instanceof CollectionError) throw error;
    const why = (error instanceof Error ? error.message : String(error)).replace(
      /^Failed to load shared library: /,
      '',
    );
    throw absent(`${path}, the library of the NVIDIA driver, cannot be loaded: ${why}`, advice.giveGpu, error);
  }
}

function usualName(): string {
  return process.platform === 'win32' ? 'nvml.dll' : 'libnvidia-ml.so.1';
}

function library(
  koffi: typeof import('koffi').default,
  native: NativeCalls,
  path: string,
): Omit<NvmlLibrary, 'unload'> {
  const init = native.code('nvmlInit_v2', []);
  const shutdown = native.code('nvmlShutdown', []);
  const deviceCount = native.uint32('nvmlDeviceGetCount_v2', []);
  const deviceByIndex = native.handle('nvmlDeviceGetHandleByIndex_v2', ['uint32_t']);
  const uuid = native.text('nvmlDeviceGetUUID', ['void *']);
  if (!(init && shutdown && deviceCount && deviceByIndex && uuid)) {
    throw absent(
      `${path} is not the NVML of any driver since 2013: it does not even count GPUs`,
      'Install the NVIDIA driver, or use another telemetry source.',
    );
  }
  const clock = native.uint32('nvmlDeviceGetClockInfo', ['void *', 'int']);
  const temperature = native.uint32('nvmlDeviceGetTemperature', ['void *', 'int']);
  const eccErrors = native.uint64('nvmlDeviceGetTotalEccErrors', ['void *', 'int', 'int']);
  const migMode = native.code('nvmlDeviceGetMigMode', ['void *', 'void *', 'void *']);
  const watchXid = native.code('nvmlDeviceRegisterEvents', ['void *', 'uint64_t', 'void *']);
  return {
    init,
    shutdown,
    deviceCount,
    deviceByIndex,
    uuid,
    name: native.text('nvmlDeviceGetName', ['void *']),
    driverVersion: native.text('nvmlSystemGetDriverVersion', []),
    ...structCalls(koffi, native),
    powerUsage: native.uint32('nvmlDeviceGetPowerUsage', ['void *']),
    powerLimit: native.uint32('nvmlDeviceGetEnforcedPowerLimit', ['void *']),
    totalEnergy: native.uint64('nvmlDeviceGetTotalEnergyConsumption', ['void *']),
    temperature: temperature && ((device) => temperature(device, temperatureGpu)),
    clock: clock && ((device, domain) => clock(device, clocks[domain])),
    clockEventReasons: native.uint64('nvmlDeviceGetCurrentClocksEventReasons', ['void *']),
    clockThrottleReasons: native.uint64('nvmlDeviceGetCurrentClocksThrottleReasons', ['void *']),
    eccErrors: eccErrors && ((device, kind) => eccErrors(device, eccErrorKinds[kind], volatileCounter)),
    migMode: migMode && ((device) => migModeOf(device, migMode)),
    maxMigDevices: native.uint32('nvmlDeviceGetMaxMigDeviceCount', ['void *']),
    migDevice: native.handle('nvmlDeviceGetMigDeviceHandleByIndex', ['void *', 'uint32_t']),
    gpuInstance: native.uint32('nvmlDeviceGetGpuInstanceId', ['void *']),
    computeInstance: native.uint32('nvmlDeviceGetComputeInstanceId', ['void *']),
    createEventSet: native.handle('nvmlEventSetCreate', []),
    watchXid: watchXid && ((device, events) => watchXid(device, eventXid, events)),
    freeEventSet: native.code('nvmlEventSetFree', ['void *']),
    gpm: gpmCalls(native),
  };
}

/** What it is now; the second answer is what it will be after a reset. */
function migModeOf(device: Handle, ask: CodeCall): Answer<'on' | 'off'> {
  const current = Buffer.alloc(4);
  const pending = Buffer.alloc(4);
  return answer(ask(device, current, pending), () => (current.readUInt32LE() === 1 ? 'on' : 'off'));
}

function absent(message: string, next: string, cause?: unknown): CollectionError {
  return new CollectionError({ result: 'spawn', message, next, absent: true }, cause);
}

/** NVML_TEMPERATURE_GPU, NVML_VOLATILE_ECC, nvmlEventTypeXidCriticalError. */
const temperatureGpu = 0;
const volatileCounter = 0;
const eventXid = 8;
