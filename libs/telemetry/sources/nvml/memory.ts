import type { DeviceCalls } from './device-calls.ts';
import type { Answer, Handle, MemoryV2, NvmlLibrary } from './nvml-library.ts';

/** `used` as we publish it: without what driver and firmware keep, wherever the driver tells the two apart. */
export interface DeviceMemory {
  readonly used: number;
  readonly total: number;
  readonly reserved?: number;
}

/** `device` may be a MIG device; `what` tells its calls from those of the whole one. */
export function readMemory(nvml: NvmlLibrary, device: Handle, calls: DeviceCalls, what = ''): Answer<DeviceMemory> {
  const { memoryV2, memory } = nvml;
  const second = calls.ask(`${what}memory v2`, memoryV2 && (() => memoryV2(device)));
  const checked = second.value && withoutReserved(second.value);
  if (checked !== undefined) return { code: 0, value: checked };
  const first = calls.ask(`${what}memory v1`, memory && (() => memory(device)));
  if (first.value === undefined) return { code: first.code };
  return { code: 0, value: { used: first.value.used, total: first.value.total } };
}

/**
 * The header of one release says that v2's `used` contains `reserved`, drivers answer without it. So the sum decides:
 * total = used + free + reserved, or used + free. Neither, as with libraries put before the driver's: not believed.
 */
function withoutReserved({ total, free, used, reserved }: MemoryV2): DeviceMemory | undefined {
  const apart = Math.abs(total - (used + free + reserved));
  const contained = Math.abs(total - (used + free));
  if (Math.min(apart, contained) > total * tolerance) return undefined;
  if (apart <= contained) return { used, total, reserved };
  return { used: Math.max(0, used - reserved), total, reserved };
}

/** The numbers are taken one after the other while others allocate. */
const tolerance = 0.01;
