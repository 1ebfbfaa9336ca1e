import {
  boundBits,
  guardStates,
  modes,
  reasons,
  whysMissing,
  type BoundBit,
  type DecisionRecord,
  type GuardedDevice,
  type GuardState,
  type Mode,
  type WhyMissing,
} from '#libs/core';
import { explain } from '#libs/observability';
import { recordFor } from './reason-records.ts';
import { recordsOf } from './recorded.ts';
import { drained, told } from './told.ts';

export interface Entry {
  /** `reason headroom`, `bound max`, … */
  readonly name: string;
  /** What explanations say of it. */
  readonly lines: readonly string[];
}

/** Every reason, bound, mode, missing reading and state of the guard in the words of explanations. */
export function tables(): readonly Entry[] {
  return [
    ...reasons.map((reason) => entry(`reason ${reason}`, recordFor(reason), ['held by', 'wanted', 'changes', 'look'])),
    ...boundBits
      .filter((bit) => bit !== 'none')
      .map((bit) => entry(`bound ${bit}`, boundBy(bit), ['held by', 'bounds', 'changes'])),
    ...modes.map((mode) => entry(`mode ${mode}`, inMode(mode), ['limit', 'held by', 'changes'])),
    ...whysMissing.map((why) => entry(`missing ${why}`, without(why), ['held by', 'missing'])),
    entry('missing queue depth', withoutQueue(), ['missing']),
    entry('guard cold, nothing read yet', refusedBy('cold', []), ['held by', 'changes']),
    ...guardStates
      .filter((state) => state !== 'off')
      .map((state) => entry(`guard ${state}`, refusedBy(state), ['held by', 'changes'])),
    entry('guard on, and by now there is room', refusedBy('on', [{ ...tight, needed: 77.2e9 }]), ['held by']),
    entry('guard of a model server', refusedBy('on', [cache]), ['held by']),
    entry('guard of an older record', refusedBy('on', [withoutNeed(tight)]), ['held by']),
  ];
}

function entry(name: string, record: DecisionRecord, shown: readonly string[]): Entry {
  const { lines, look } = explain(record);
  const all = [...lines, { name: 'look', text: look }].filter((line) => shown.includes(line.name));
  return { name, lines: all.map((line) => `${line.name.padEnd(9)}${line.text}`) };
}

function boundBy(bit: Exclude<BoundBit, 'none'>): DecisionRecord {
  switch (bit) {
    case 'min':
      return firstOf('floor', ({ bounds }) => bounds.bit === 'min');
    case 'max':
      return firstOf('ceiling', ({ bounds }) => bounds.bit === 'max');
    case 'step-up':
      return told({ limit: 40, reason: 'headroom' });
    case 'step-down':
      return told({ limit: 1, reason: 'deadline-misses' });
  }
}

function inMode(mode: Mode): DecisionRecord {
  switch (mode) {
    case 'override':
      return firstOf('override', (record) => record.mode === 'override');
    case 'frozen':
      return firstOf('freeze', (record) => record.mode === 'frozen');
    case 'dry-run':
      return firstOf('dry-run', ({ seq, decision, limit }) => seq > 10 && decision.limit > limit.gate);
    case 'auto':
      return told({ limit: 5, reason: 'headroom' });
    case 'draining':
      return drained(told({ limit: 5, reason: 'headroom' }));
  }
}

function without(why: WhyMissing): DecisionRecord {
  const missing = [{ name: 'gpu.utilization', gpu: 'GPU-a', why }];
  return told({ limit: 4, reason: 'signal-missing', terms: { signalGpuUtilization: 1 } }, { missing });
}

function withoutQueue(): DecisionRecord {
  const { observation, ...record } = told({ limit: 4, reason: 'steady' });
  const { queue: _queue, ...seen } = observation;
  return { ...record, observation: seen };
}

const tight = {
  gpu: 'GPU-a',
  predicted: 76.75e9,
  needed: 77.95e9,
  ceiling: 77.3e9,
  next: 2.1e9,
  deviation: 0.4e9,
  factor: 1,
};

const cache = { ...tight, gpu: 'backend.cache', predicted: 0.91, needed: 0.98, ceiling: 0.97, deviation: 0.02 };

function withoutNeed(device: GuardedDevice): GuardedDevice {
  const { needed: _, ...older } = device;
  return older;
}

function refusedBy(state: GuardState, devices: readonly GuardedDevice[] = [tight]): DecisionRecord {
  const fits = devices.length === 0 ? {} : { fits: 3 };
  return { ...told({ limit: 5, reason: 'headroom' }), guard: { state, model: 'job', refused: 3, ...fits, devices } };
}

function firstOf(scenario: string, is: (record: DecisionRecord) => boolean): DecisionRecord {
  const record = recordsOf(scenario).find(is);
  if (record === undefined)
    throw new RangeError(`${scenario}.json has no such record any more: name another scenario.`);
  return record;
}
