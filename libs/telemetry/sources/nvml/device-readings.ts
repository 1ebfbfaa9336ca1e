import { clockLimitReasons, type ReadingName, type SampledMissing, type SampledReading } from '#libs/core';
import type { DeviceCalls } from './device-calls.ts';
import { readMemory } from './memory.ts';
import type { Answer, Handle, NvmlLibrary } from './nvml-library.ts';
import { codes, meansUnknownCall, whyMissing } from './return-codes.ts';

export interface DeviceToRead {
  readonly nvml: NvmlLibrary;
  readonly handle: Handle;
  readonly gpu: string;
  readonly calls: DeviceCalls;
  readonly mig: 'on' | 'off' | undefined;
}

export interface Readings {
  readonly readings: readonly SampledReading[];
  readonly missing: readonly SampledMissing[];
}

/** What NVML tells about a whole device, engine activity and XID apart. */
export function readDevice(device: DeviceToRead): Readings {
  const readings: SampledReading[] = [];
  const missing: SampledMissing[] = [];
  for (const { names, ask } of questions) {
    const { code, value = {} } = ask(device);
    for (const name of names) {
      const found = value[name];
      if (found === undefined) missing.push({ name, gpu: device.gpu, why: why(name, code, device.mig) });
      else readings.push({ name, gpu: device.gpu, value: found });
    }
  }
  return { readings, missing };
}

/** Busy shares are not reported for a device that is cut up, by no tool. */
function why(name: ReadingName, code: number, mig: 'on' | 'off' | undefined): SampledMissing['why'] {
  if (code === codes.ok) return 'not-supported';
  const reason = whyMissing(code);
  return mig === 'on' && notWithMig.has(name) && reason !== 'lost' && reason !== 'failed' ? 'mig' : reason;
}

const notWithMig: ReadonlySet<ReadingName> = new Set(['gpu.utilization', 'gpu.memory.bandwidth']);

type Values = Readonly<Partial<Record<ReadingName, number>>>;

interface Question {
  readonly names: readonly ReadingName[];
  readonly ask: (device: DeviceToRead) => Answer<Values>;
}

const questions: readonly Question[] = [
  {
    names: ['gpu.utilization', 'gpu.memory.bandwidth'],
    ask: ({ nvml: { utilization }, handle, calls }) =>
      mapped(calls.ask('utilization', utilization && (() => utilization(handle))), ({ gpu, memory }) => ({
        'gpu.utilization': gpu / 100,
        'gpu.memory.bandwidth': memory / 100,
      })),
  },
  {
    names: ['gpu.memory.used', 'gpu.memory.total', 'gpu.memory.reserved'],
    ask: ({ nvml, handle, calls }) =>
      mapped(readMemory(nvml, handle, calls), ({ used, total, reserved }) => ({
        'gpu.memory.used': used,
        'gpu.memory.total': total,
        ...(reserved !== undefined && { 'gpu.memory.reserved': reserved }),
      })),
  },
  one('gpu.power', (device) => scaled(power(device), 1e-3)),
  one('gpu.power.limit', ({ nvml: { powerLimit }, handle, calls }) =>
    scaled(calls.ask('power limit', powerLimit && (() => powerLimit(handle))), 1e-3),
  ),
  one('gpu.energy', ({ nvml: { totalEnergy }, handle, calls }) =>
    scaled(calls.ask('energy', totalEnergy && (() => totalEnergy(handle))), 1e-3),
  ),
  one('gpu.temperature.core', ({ nvml: { temperature }, handle, calls }) =>
    calls.ask('temperature', temperature && (() => temperature(handle))),
  ),
  one('gpu.temperature.memory', ({ nvml: { field }, handle, calls }) => {
    const answer = calls.ask('memory temperature', field && (() => field(handle, 'memoryTemperature')));
    // A sensor that is not there is read as 0 by some drivers; memory in use is never that cold.
    return answer.value === 0 ? { code: codes.notSupported } : answer;
  }),
  one('gpu.clock.sm', ({ nvml: { clock }, handle, calls }) =>
    scaled(calls.ask('SM clock', clock && (() => clock(handle, 'sm'))), 1e6),
  ),
  one('gpu.clock.memory', ({ nvml: { clock }, handle, calls }) =>
    scaled(calls.ask('memory clock', clock && (() => clock(handle, 'memory'))), 1e6),
  ),
  one('gpu.clock.limit.reasons', (device) => mapped(reasons(device), knownReasons)),
  one('gpu.ecc.corrected', ({ nvml: { eccErrors }, handle, calls }) =>
    calls.ask('corrected ECC', eccErrors && (() => eccErrors(handle, 'corrected'))),
  ),
  one('gpu.ecc.uncorrected', ({ nvml: { eccErrors }, handle, calls }) =>
    calls.ask('uncorrected ECC', eccErrors && (() => eccErrors(handle, 'uncorrected'))),
  ),
];

/** All that {@link readDevice} asks for. */
export const deviceReadingNames: readonly ReadingName[] = questions.flatMap(({ names }) => names);

/** mW. GetPowerUsage is a one-second average from Ampere on; the field is what it draws now. */
function power({ nvml: { field, powerUsage }, handle, calls }: DeviceToRead): Answer<number> {
  const instant = calls.ask('instant power', field && (() => field(handle, 'powerInstant')));
  if (!meansUnknownCall(instant.code)) return instant;
  return calls.ask('power', powerUsage && (() => powerUsage(handle)));
}

function reasons({ nvml, handle, calls }: DeviceToRead): Answer<number> {
  const { clockEventReasons, clockThrottleReasons } = nvml;
  const events = calls.ask('clock event reasons', clockEventReasons && (() => clockEventReasons(handle)));
  if (!meansUnknownCall(events.code)) return events;
  return calls.ask('clock throttle reasons', clockThrottleReasons && (() => clockThrottleReasons(handle)));
}

function knownReasons(bits: number): number {
  return Object.values(clockLimitReasons).reduce((known, bit) => known | (bits & bit), 0);
}

function one(name: ReadingName, ask: (device: DeviceToRead) => Answer<number>): Question {
  return { names: [name], ask: (device) => mapped(ask(device), (value) => ({ [name]: value })) };
}

function scaled(answer: Answer<number>, factor: number): Answer<number> {
  return mapped(answer, (value) => value * factor);
}

function mapped<T, U>({ code, value }: Answer<T>, change: (value: T) => U): Answer<U> {
  return value === undefined ? { code } : { code, value: change(value) };
}
