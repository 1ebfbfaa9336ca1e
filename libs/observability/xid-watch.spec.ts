import { expect, it } from 'vitest';
import type { Sample } from '#libs/core';
import { deviceSample } from '../../test/fixtures/observability/device-sample.ts';
import { XidWatch } from './xid-watch.ts';

const here = new Set(['GPU-a']);
const gone = new Set<string>();

/** Of `GPU-a` or of its GPU instances. */
function xids(...all: readonly (readonly [value: number, instance?: string])[]): Sample {
  const readings = all.map(([value, instance]) => ({
    name: 'gpu.xid' as const,
    gpu: 'GPU-a',
    ...(instance !== undefined && { instance }),
    value,
  }));
  return { readings, missing: [] };
}

/** Xids of `GPU-a` one second apart; `undefined`: the device told none. */
function told(...codes: readonly (number | undefined)[]): XidWatch {
  const watch = new XidWatch();
  for (const [index, code] of codes.entries()) {
    watch.follow('dcgm', deviceSample(code === undefined ? {} : { 'gpu.xid': code }), index * 1000);
  }
  return watch;
}

it.each([
  ['what stood there from the beginning tells no time', [79, 79], []],
  ['no error is no error', [0, 0], []],
  ['a new one appears once', [0, 79, 79], [['79', 1000]]],
  ['the first of a device that had told none appears', [undefined, 79], [['79', 1000]]],
  ['a page without it does not make it new', [0, 79, undefined, 79], [['79', 1000]]],
  ['the same again after none appears again', [0, 79, 0, 79], [['79', 3000]]],
  ['one that no alert looks for is another one', [0, 13], [['other', 1000]]],
  [
    'each keeps its time',
    [0, 13, 79],
    [
      ['other', 1000],
      ['79', 2000],
    ],
  ],
])('%s', (_, codes, expected) => {
  expect(
    told(...codes)
      .appearances(here, 3000)
      .map(({ xid, at }) => [xid, at]),
  ).toEqual(expected);
});

it('each one that NVML tells is another one: the first, the same again, and all of one read', () => {
  const watch = new XidWatch();
  watch.follow('nvml', xids([79]), 0);
  expect(watch.appearances(here, 0)).toEqual([{ gpu: 'GPU-a', xid: '79', at: 0 }]);
  watch.follow('nvml', xids([79], [13]), 1000);
  expect(watch.appearances(here, 1000)).toEqual([
    { gpu: 'GPU-a', xid: '79', at: 1000 },
    { gpu: 'GPU-a', xid: 'other', at: 1000 },
  ]);
});

it('GPU instances that stay at different ones tell nothing new', () => {
  const watch = new XidWatch();
  for (const at of [0, 1000]) watch.follow('dcgm', xids([0], [43, '3'], [79, '5']), at);
  expect(watch.appearances(here, 1000)).toEqual([]);
  watch.follow('dcgm', xids([0], [79, '3'], [79, '5']), 2000);
  expect(watch.appearances(here, 2000)).toEqual([{ gpu: 'GPU-a', xid: '79', at: 2000 }]);
});

it('an error outlives its device for as long as alerts look back', () => {
  const watch = told(0, 79);
  expect(watch.appearances(gone, 601_000)).toHaveLength(1);
  expect(watch.appearances(here, 700_000)).toHaveLength(1);
  expect(watch.appearances(gone, 601_001)).toHaveLength(0);
});
