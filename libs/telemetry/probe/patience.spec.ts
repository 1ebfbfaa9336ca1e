import { expect, it } from 'vitest';
import { Patience } from './patience.ts';

it('counts only the time in which it runs', () => {
  const delays: number[] = [];
  const calledOff: number[] = [];
  let now = 0;
  const after = (ms: number) => {
    delays.push(ms);
    return () => void calledOff.push(ms);
  };
  const patience = new Patience({ now: () => now, after }, 1000, () => undefined);
  const at = (time: number, act: 'run' | 'pause'): void => {
    now = time;
    patience[act]();
  };
  at(0, 'run');
  at(100, 'run');
  at(300, 'pause');
  at(900, 'pause');
  at(5000, 'run');
  at(5200, 'pause');
  at(9000, 'run');
  expect(delays).toEqual([1000, 700, 500]);
  expect(calledOff).toEqual([1000, 700]);
});
