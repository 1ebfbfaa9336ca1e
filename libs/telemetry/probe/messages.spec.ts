import { describe, expect, it } from 'vitest';
import type { Sample } from '#libs/core';
import { decodeAnswer, encode, type Answer } from './messages.ts';

const gpu = 'GPU-00000000-1111-2222-3333-444444444444';
const sample: Sample = {
  readings: [{ name: 'gpu.utilization', gpu, instance: '1', value: 0 }],
  missing: [{ name: 'gpu.xid', gpu, why: 'not-supported' }],
  devices: [{ gpu, index: 0, model: 'One', mig: 'on', instances: [{ instance: '1', profile: '1g.5gb' }], lost: true }],
  backend: 'vllm',
  age: 12.5,
  interval: 30_000,
  unchanged: true,
};

describe('an answer', () => {
  it('arrives as it was sent', () => {
    const answers: readonly Answer[] = [
      { id: 1, sample },
      { id: 2, sample: { readings: [], missing: [] } },
      { id: 3, failure: { result: 'spawn', message: 'no such command', next: 'Install it.', absent: true } },
    ];
    expect(answers.map((answer) => decodeAnswer(encode(answer)))).toEqual(answers);
  });

  it('has at most 4096 readings', () => {
    const long = (length: number) => ({ ...sample, readings: Array.from({ length }, () => sample.readings[0]) });
    expect([isAnswer(long(4096)), isAnswer(long(4097))]).toEqual([true, false]);
  });

  it('has texts of at most 300 characters', () => {
    const long = (length: number) => ({ ...sample, devices: [{ gpu: 'x'.repeat(length) }] });
    expect([isAnswer(long(300)), isAnswer(long(301))]).toEqual([true, false]);
  });
});

describe('what is no answer', () => {
  const [reading] = sample.readings;
  const [missing] = sample.missing;
  it.each<[string, unknown]>([
    ['a sample without readings', { missing: [] }],
    ['a reading nobody knows', { ...sample, readings: [{ ...reading, name: 'gpu.mood' }] }],
    ['a name that every object has', { ...sample, readings: [{ ...reading, name: 'toString' }] }],
    ['a value that is no number', { ...sample, readings: [{ ...reading, value: '45 %' }] }],
    ['a value that JSON has no word for', { ...sample, readings: [{ ...reading, value: Number.NaN }] }],
    ['a device that is a number', { ...sample, readings: [{ ...reading, gpu: 0 }] }],
    ['a reason nobody knows', { ...sample, missing: [{ ...missing, why: 'tired' }] }],
    ['an unknown model server', { ...sample, backend: 'other' }],
    ['a negative age', { ...sample, age: -1 }],
    ['an interval that is null', { ...sample, interval: null }],
    ['unchanged as false', { ...sample, unchanged: false }],
    ['a device without UUID', { ...sample, devices: [{ index: 0 }] }],
    ['a MIG device without instance', { ...sample, devices: [{ gpu, instances: [{ uuid: 'MIG-1' }] }] }],
    ['an index below 0', { ...sample, devices: [{ gpu, index: -1 }] }],
  ])('%s', (_what, wrong) => {
    expect(isAnswer(wrong)).toBe(false);
  });

  it.each(['', 'no JSON', 'null', '7', '[]', '{}', '{"id":"1","sample":{"readings":[],"missing":[]}}', '{"id":1}'])(
    'the line %j',
    (line) => expect(decodeAnswer(line)).toBeUndefined(),
  );

  it.each([{ result: 'ok', message: 'fine' }, { result: 'timeout' }, { result: 'exit', message: 'x', absent: false }])(
    'the failure %j',
    (failure) => expect(decodeAnswer(JSON.stringify({ id: 1, failure }))).toBeUndefined(),
  );
});

function isAnswer(wrong: unknown): boolean {
  return decodeAnswer(JSON.stringify({ id: 1, sample: wrong })) !== undefined;
}
