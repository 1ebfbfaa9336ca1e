import { describe, expect, it } from 'vitest';
import { view } from './fed-by-hand.ts';
import { TemporalSlots } from './temporal-slots.ts';

describe('TemporalSlots', () => {
  it('grants up to 0.75 of memory and 0.89 of load, and nothing beyond', () => {
    const grants = (memory: number, busy: number): boolean => new TemporalSlots().mayStart(0, view({ memory, busy }));
    expect([grants(0.74, 0.5), grants(0.76, 0.5)]).toEqual([true, false]);
    expect([grants(0.5, 0.88), grants(0.5, 0.9)]).toEqual([true, false]);
  });

  it('always grants the first slot', () => {
    expect(new TemporalSlots().mayStart(0, view({ inFlight: 0, memory: 1, busy: 1 }))).toBe(true);
  });

  it('waits 50 ms after each grant', () => {
    const law = new TemporalSlots();
    law.started(1000);
    expect([law.mayStart(1049, view()), law.mayStart(1050, view())]).toEqual([false, true]);
  });

  it('refuses while memory climbs quickly, until the climb is over', () => {
    const law = new TemporalSlots();
    law.mayStart(0, view({ memory: 0.2 }));
    // 5·(0.8 − 0.72) − 0.52 < 0.25, and 0.4 once it stands.
    expect([law.mayStart(100, view({ memory: 0.72 })), law.mayStart(200, view({ memory: 0.72 }))]).toEqual([
      false,
      true,
    ]);
  });
});
