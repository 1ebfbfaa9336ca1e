import type koffi from 'koffi';
import { answer, type NativeCalls, type NativeType, textIn } from './native-calls.ts';
import { type Answer, fieldIds, type Handle, type Memory, type NvmlLibrary, type XidEvent } from './nvml-library.ts';
import { codes } from './return-codes.ts';

type Koffi = typeof koffi;
type StructCalls = Pick<NvmlLibrary, 'utilization' | 'memory' | 'memoryV2' | 'pciBusId' | 'field' | 'nextXid'>;

/** The calls that answer in a structure of nvml.h. */
export function structCalls(koffi: Koffi, native: NativeCalls): StructCalls {
  const utilization = koffi.struct({ gpu: 'uint32_t', memory: 'uint32_t' });
  const memory = koffi.struct({ total: 'uint64_t', free: 'uint64_t', used: 'uint64_t' });
  const memoryV2 = koffi.struct({
    version: 'uint32_t',
    total: 'uint64_t',
    reserved: 'uint64_t',
    free: 'uint64_t',
    used: 'uint64_t',
  });
  const version2 = koffi.sizeof(memoryV2) | (2 << 24);
  return {
    utilization: inStruct(koffi, native, {
      symbol: 'nvmlDeviceGetUtilizationRates',
      type: utilization,
      read: ({ gpu, memory }) => ({ gpu: Number(gpu), memory: Number(memory) }),
    }),
    memory: inStruct(koffi, native, { symbol: 'nvmlDeviceGetMemoryInfo', type: memory, read: readMemory }),
    memoryV2: inStruct(koffi, native, {
      symbol: 'nvmlDeviceGetMemoryInfo_v2',
      type: memoryV2,
      given: { version: version2, total: 0, reserved: 0, free: 0, used: 0 },
      read: (out) => ({ ...readMemory(out), reserved: Number(out['reserved']) }),
    }),
    pciBusId: pciBusId(koffi, native),
    field: field(koffi, native),
    nextXid: nextXid(koffi, native),
  };
}

type Struct = Record<string, unknown>;

interface StructCall<T> {
  readonly symbol: string;
  readonly type: NativeType;
  /** What the call is told in the structure. */
  readonly given?: Struct;
  readonly read: (out: Struct) => T;
}

function inStruct<T>(koffi: Koffi, native: NativeCalls, { symbol, type, given, read }: StructCall<T>) {
  const pointer = koffi.pointer(type);
  const direction = given === undefined ? koffi.out(pointer) : koffi.inout(pointer);
  const call = native.code(symbol, ['void *', direction]);
  if (call === undefined) return undefined;
  return (device: Handle): Answer<T> => {
    const out: Struct = { ...given };
    return answer(call(device, out), () => read(out));
  };
}

function readMemory({ total, free, used }: Struct): Memory {
  return { total: Number(total), free: Number(free), used: Number(used) };
}

function pciBusId(koffi: Koffi, native: NativeCalls): NvmlLibrary['pciBusId'] {
  const type = koffi.struct({
    busIdLegacy: koffi.array('uint8_t', 16),
    domain: 'uint32_t',
    bus: 'uint32_t',
    device: 'uint32_t',
    pciDeviceId: 'uint32_t',
    pciSubSystemId: 'uint32_t',
    busId: koffi.array('uint8_t', 32, 'Typed'),
  });
  const read = ({ busId }: Struct): string => (busId instanceof Uint8Array ? textIn(busId) : '');
  return inStruct(koffi, native, { symbol: 'nvmlDeviceGetPciInfo_v3', type, read });
}

function field(koffi: Koffi, native: NativeCalls): NvmlLibrary['field'] {
  const type = koffi.struct({
    fieldId: 'uint32_t',
    scopeId: 'uint32_t',
    timestamp: 'int64_t',
    latencyUs: 'int64_t',
    valueType: 'int32_t',
    code: 'int32_t',
    value: koffi.array('uint8_t', 8, 'Typed'),
  });
  const call = native.code('nvmlDeviceGetFieldValues', ['void *', 'int', koffi.inout(koffi.pointer(type))]);
  if (call === undefined) return undefined;
  return (device, id) => {
    const out: Struct = {
      fieldId: fieldIds[id],
      scopeId: 0,
      timestamp: 0,
      latencyUs: 0,
      valueType: 0,
      code: 0,
      value: new Uint8Array(8),
    };
    const code = call(device, 1, out);
    if (code !== codes.ok) return { code };
    const fieldCode = Number(out['code']);
    if (fieldCode !== codes.ok || !(out['value'] instanceof Uint8Array)) return { code: fieldCode };
    return numberIn(Buffer.from(out['value']), Number(out['valueType']));
  };
}

/** nvmlValue_t by nvmlValueType_t; a type of tomorrow is not guessed. */
function numberIn(value: Buffer, type: number): Answer<number> {
  const readers = [
    () => value.readDoubleLE(),
    () => value.readUInt32LE(),
    () => Number(value.readBigUInt64LE()),
    () => Number(value.readBigUInt64LE()),
    () => Number(value.readBigInt64LE()),
    () => value.readInt32LE(),
    () => value.readUInt16LE(),
  ];
  const read = readers[type];
  return read === undefined ? { code: codes.notSupported } : { code: codes.ok, value: read() };
}

function nextXid(koffi: Koffi, native: NativeCalls): NvmlLibrary['nextXid'] {
  const type = koffi.struct({
    device: 'void *',
    eventType: 'uint64_t',
    eventData: 'uint64_t',
    gpuInstance: 'uint32_t',
    computeInstance: 'uint32_t',
  });
  const wait = native.code('nvmlEventSetWait_v2', ['void *', koffi.out(koffi.pointer(type)), 'uint32_t']);
  if (wait === undefined) return undefined;
  return (events): Answer<XidEvent> => {
    const out: Struct = {};
    const code = wait(events, out, 0);
    if (code !== codes.ok) return { code };
    const { device, eventData } = out;
    if (typeof device !== 'bigint') return { code: codes.noData };
    return { code, value: { device, xid: Number(eventData) } };
  };
}
