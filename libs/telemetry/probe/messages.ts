import {
  collectionResults,
  readingUnits,
  whysMissing,
  type CollectionFailure,
  type Device,
  type MigDevice,
  type Sample,
  type SampledMissing,
  type SampledReading,
} from '#libs/core';
import type { ProbedKind, SourceSpec } from './source-spec.ts';

export type ToProbe =
  /** The first message. `parent`: the worker's process id. */
  | { readonly type: 'start'; readonly sources: readonly SourceSpec[]; readonly parent: number }
  | { readonly type: 'read'; readonly id: number; readonly kind: ProbedKind; readonly timeoutMs: number };

/** What one read brought. */
export type Answer =
  { readonly id: number; readonly sample: Sample } | { readonly id: number; readonly failure: CollectionFailure };

/** Characters of a message: what is longer is not even parsed. */
export const longestMessage = 2 ** 20;
export const longestText = 300;
const mostEntries = 4096;

export function encode(message: ToProbe | Answer): string {
  return `${JSON.stringify(message)}\n`;
}

/**
 * Undefined for anything that is not an answer, to the last field. Checked by hand: that takes a third of a schema's time for
 * every sample, and the probe needs no library for it.
 */
export function decodeAnswer(line: string): Answer | undefined {
  const message = parsed(line);
  return isAnswer(message) ? message : undefined;
}

export function isAnswer(value: unknown): value is Answer {
  if (!isObject(value) || !isCount(value['id'])) return false;
  return 'sample' in value ? isSample(value['sample']) : isFailure(value['failure']);
}

function isSample(value: unknown): value is Sample {
  if (!isObject(value)) return false;
  const { backend, unchanged } = value;
  return (
    isListOf(isReading, value['readings']) &&
    isListOf(isMissing, value['missing']) &&
    optional((devices) => isListOf(isDevice, devices), value['devices']) &&
    (backend === undefined || backend === 'vllm' || backend === 'tgi' || backend === 'triton') &&
    optional(isDuration, value['age']) &&
    optional(isDuration, value['interval']) &&
    (unchanged === undefined || unchanged === true)
  );
}

function isReading(value: unknown): value is SampledReading {
  return isOfDevice(value) && Number.isFinite(value['value']);
}

function isMissing(value: unknown): value is SampledMissing {
  return isOfDevice(value) && typeof value['why'] === 'string' && whys.has(value['why']);
}

function isOfDevice(value: unknown): value is Readonly<Record<string, unknown>> {
  if (!isObject(value) || typeof value['name'] !== 'string' || !names.has(value['name'])) return false;
  return optional(isText, value['gpu']) && optional(isText, value['instance']);
}

function isDevice(value: unknown): value is Device {
  if (!isObject(value) || !isText(value['gpu'])) return false;
  const { mig, lost } = value;
  return (
    optional(isCount, value['index']) &&
    optional(isText, value['model']) &&
    optional(isText, value['driver']) &&
    optional(isText, value['pciBusId']) &&
    (mig === undefined || mig === 'on' || mig === 'off') &&
    optional((instances) => isListOf(isMigDevice, instances), value['instances']) &&
    (lost === undefined || lost === true)
  );
}

function isMigDevice(value: unknown): value is MigDevice {
  if (!isObject(value) || !isText(value['instance'])) return false;
  return (
    optional(isText, value['computeInstance']) && optional(isText, value['uuid']) && optional(isText, value['profile'])
  );
}

function isFailure(value: unknown): value is CollectionFailure {
  if (!isObject(value) || typeof value['result'] !== 'string' || !failedResults.has(value['result'])) return false;
  const { absent } = value;
  return isText(value['message']) && optional(isText, value['next']) && (absent === undefined || absent === true);
}

const names: ReadonlySet<string> = new Set(Object.keys(readingUnits));
const whys: ReadonlySet<string> = new Set(whysMissing);
const failedResults: ReadonlySet<string> = new Set(
  collectionResults.filter((result) => result !== 'ok' && result !== 'partial' && result !== 'unchanged'),
);

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function isListOf(isEntry: (value: unknown) => boolean, value: unknown): boolean {
  return Array.isArray(value) && value.length <= mostEntries && value.every((entry) => isEntry(entry));
}

function optional(is: (value: unknown) => boolean, value: unknown): boolean {
  return value === undefined || is(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length <= longestText;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function isDuration(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}
