import type { LibraryHandle, sizeof } from 'koffi';
import type { Answer, Handle } from './nvml-library.ts';
import { codes } from './return-codes.ts';

/** A function of NVML's that returns nothing but its code. */
export type CodeCall = (...values: readonly unknown[]) => number;
export type NativeCall<T> = ((...values: readonly unknown[]) => Answer<T>) | undefined;
/** A type as koffi spells it. */
export type NativeType = Parameters<typeof sizeof>[0];

/** NVML's functions by the shapes they have; `undefined` for a symbol that the library does not export. */
export class NativeCalls {
  readonly #library: LibraryHandle;

  constructor(library: LibraryHandle) {
    this.#library = library;
  }

  code(symbol: string, types: readonly NativeType[]): CodeCall | undefined {
    if (!this.#exports(symbol)) return undefined;
    const native = this.#library.func(symbol, 'int', [...types]);
    return (...values) => Number(native(...values));
  }

  /** The last parameter is a pointer to the answer. */
  uint32(symbol: string, before: readonly NativeType[]): NativeCall<number> {
    return this.#out(symbol, before, 4, (out) => out.readUInt32LE());
  }

  uint64(symbol: string, before: readonly NativeType[]): NativeCall<number> {
    return this.#out(symbol, before, 8, (out) => Number(out.readBigUInt64LE()));
  }

  handle(symbol: string, before: readonly NativeType[]): NativeCall<Handle> {
    return this.#out(symbol, before, 8, (out) => out.readBigUInt64LE());
  }

  /** The last parameters are a buffer and its size. */
  text(symbol: string, before: readonly NativeType[]): NativeCall<string> {
    const call = this.code(symbol, [...before, 'void *', 'uint32_t']);
    if (call === undefined) return undefined;
    return (...values) => {
      const out = Buffer.alloc(textBytes);
      return answer(call(...values, out, textBytes), () => textIn(out));
    };
  }

  #out<T extends number | bigint>(
    symbol: string,
    before: readonly NativeType[],
    bytes: number,
    read: (out: Buffer) => T,
  ): NativeCall<T> {
    const call = this.code(symbol, [...before, 'void *']);
    if (call === undefined) return undefined;
    const notAvailable = read(Buffer.alloc(bytes, 0xff));
    return (...values) => {
      const out = Buffer.alloc(bytes);
      const found = answer(call(...values, out), () => read(out));
      return found.value === notAvailable ? { code: codes.notSupported } : found;
    };
  }

  #exports(symbol: string): boolean {
    try {
      this.#library.symbol(symbol);
      return true;
    } catch {
      return false;
    }
  }
}

export function answer<T>(code: number, value: () => T): Answer<T> {
  return code === codes.ok ? { code, value: value() } : { code };
}

/** A string of C. */
export function textIn(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return Buffer.from(bytes).toString('utf8', 0, end === -1 ? bytes.length : end);
}

/** NVML_DEVICE_UUID_V2_BUFFER_SIZE and NVML_DEVICE_NAME_V2_BUFFER_SIZE, the longest of those we ask for. */
const textBytes = 96;
