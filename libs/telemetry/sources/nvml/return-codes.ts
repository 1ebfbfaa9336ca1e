import type { CollectionFailure, WhyMissing } from '#libs/core';
import { advice } from '../advice.ts';

/** nvmlReturn_t, as far as the source does something about it. */
export const codes = {
  ok: 0,
  uninitialized: 1,
  invalidArgument: 2,
  notSupported: 3,
  noPermission: 4,
  notFound: 6,
  driverNotLoaded: 9,
  timeout: 10,
  libraryNotFound: 12,
  functionNotFound: 13,
  lost: 15,
  resetRequired: 16,
  operatingSystem: 17,
  versionMismatch: 18,
  noData: 21,
  argumentVersionMismatch: 25,
  deprecated: 26,
  notReady: 27,
  unknown: 999,
} as const;

/** Of the whole source, when `action` ("NVML cannot start") met a code. */
export function failureFor(action: string, code: number): CollectionFailure {
  const { words, next } = meanings[code] ?? { words: 'error', next: checkDriver };
  return { result: 'error', message: `${action}: ${words} (NVML code ${code})`, next };
}

/** Of one reading of a device that is there. */
export function whyMissing(code: number): WhyMissing {
  return meanings[code]?.why ?? 'failed';
}

/** The device is gone, or useless until it is reset. */
export function meansLost(code: number): boolean {
  return code === codes.lost || code === codes.resetRequired;
}

/** Not one device's trouble: no device will answer any more. */
export function concernsDriver(code: number): boolean {
  return driverCodes.has(code);
}

/** This library or this driver does not know the call, so an older one may do. */
export function meansUnknownCall(code: number): boolean {
  return unknownCallCodes.has(code);
}

const driverCodes: ReadonlySet<number> = new Set([
  codes.uninitialized,
  codes.driverNotLoaded,
  codes.libraryNotFound,
  codes.versionMismatch,
]);

const unknownCallCodes: ReadonlySet<number> = new Set([
  codes.invalidArgument,
  codes.notSupported,
  codes.functionNotFound,
  codes.argumentVersionMismatch,
  codes.deprecated,
]);

interface Meaning {
  readonly words: string;
  readonly next: string;
  /** Why a reading is missing; `failed` when absent. */
  readonly why?: WhyMissing;
}

const checkDriver = 'Run nvidia-smi on the host and look for NVRM lines in its kernel log.';
const useAnother = 'Choose another telemetry source for it, or a newer driver.';

const meanings: Readonly<Record<number, Meaning>> = {
  [codes.uninitialized]: {
    words: 'the library was not initialised',
    next: 'Nothing to do: the next read initialises it again.',
  },
  [codes.invalidArgument]: {
    words: 'the driver does not know what it was asked for',
    next: useAnother,
    why: 'not-supported',
  },
  [codes.notSupported]: { words: 'not supported', next: useAnother, why: 'not-supported' },
  [codes.noPermission]: {
    words: 'the driver gives this user no permission',
    next: advice.givePermission,
    why: 'no-permission',
  },
  [codes.notFound]: { words: 'not found', next: checkDriver },
  [codes.driverNotLoaded]: {
    words: 'the NVIDIA driver is not loaded',
    next: advice.loadDriver,
  },
  [codes.timeout]: { words: 'the driver did not answer in time', next: checkDriver },
  [codes.libraryNotFound]: {
    words: 'a library of the driver was not found',
    next: advice.giveGpu,
  },
  [codes.functionNotFound]: { words: 'the library does not have the function', next: useAnother, why: 'not-supported' },
  [codes.lost]: {
    words: 'the GPU is lost',
    next: advice.replaceGpu,
    why: 'lost',
  },
  [codes.resetRequired]: {
    words: 'the GPU needs a reset',
    next: advice.resetGpu,
    why: 'lost',
  },
  [codes.operatingSystem]: {
    words: 'the operating system blocks the GPU',
    next: advice.givePermission,
    why: 'no-permission',
  },
  [codes.versionMismatch]: {
    words: 'the library and the loaded driver have different versions',
    next: advice.matchDriver,
  },
  [codes.noData]: { words: 'no data yet', next: checkDriver, why: 'warming-up' },
  [codes.argumentVersionMismatch]: {
    words: 'the driver does not know this version of the question',
    next: useAnother,
    why: 'not-supported',
  },
  [codes.deprecated]: { words: 'deprecated', next: useAnother, why: 'deprecated' },
  [codes.notReady]: { words: 'not ready yet', next: checkDriver, why: 'warming-up' },
  [codes.unknown]: {
    words: 'an unknown error of the driver',
    next: advice.remakeContainer,
  },
};
