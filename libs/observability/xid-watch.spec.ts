import { expect, it } from 'vitest';
import { deviceSample } from './device-sample.ts';
import { XidWatch } from './xid-watch.ts';

const here = new Set(['GPU-a']);
const gone = new Set<string>();

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

it('the same error seen by a source that began anew appears again', () => {
  const watch = told(0, 79);
  watch.beganAnew('dcgm');
  watch.follow('dcgm', deviceSample(), 2000);
  watch.follow('dcgm', deviceSample({ 'gpu.xid': 79 }), 3000);
  expect(watch.appearances(here, 3000)).toMatchObject([{ xid: '79', at: 3000 }]);
});

it('an error outlives its device for as long as alerts look back', () => {
  const watch = told(0, 79);
  expect(watch.appearances(gone, 601_000)).toHaveLength(1);
  expect(watch.appearances(here, 700_000)).toHaveLength(1);
  expect(watch.appearances(gone, 601_001)).toHaveLength(0);
});
