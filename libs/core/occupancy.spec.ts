import { Occupancy } from '#libs/core';
import { describe, expect, it } from 'vitest';

describe('occupancy', () => {
  it('admits while in flight is below the floor of the limit', () => {
    const gate = new Occupancy(2.9, 0);
    expect(gate.free).toBe(2);
    gate.start(0);
    gate.start(0);
    expect(gate.free).toBe(0);
  });

  it('admits at once after a raise, and cancels nothing after a cut', () => {
    const gate = new Occupancy(2, 0);
    gate.start(0);
    gate.start(0);
    gate.resize(5, 10);
    expect(gate.free).toBe(3);
    gate.resize(1, 20);
    expect([gate.free, gate.inFlight]).toEqual([0, 2]);
    gate.finish(30);
    expect(gate.free).toBe(0);
    gate.finish(40);
    expect(gate.free).toBe(1);
  });

  it('weighs in flight by time, period by period', () => {
    const gate = new Occupancy(4, 0);
    gate.start(0);
    gate.start(500);
    expect(gate.period(1000)).toEqual({ mean: 1.5, max: 2, last: 2, limited: 0 });
    gate.finish(1250);
    expect(gate.period(2000)).toEqual({ mean: 1.25, max: 2, last: 1, limited: 0 });
  });

  it('gives each job its own mean neighbourhood by the area between its start and finish', () => {
    const gate = new Occupancy(4, 0);
    gate.start(0);
    const before = gate.area(0);
    gate.start(600);
    expect((gate.area(1000) - before) / 1000).toBe(1.4);
  });

  it('counts as limited the time with at least nine tenths of the limit in use', () => {
    const gate = new Occupancy(2, 0);
    gate.start(0);
    gate.start(400);
    expect(gate.period(1000).limited).toBe(0.6);
  });

  it('does not count time in which something else held jobs back, or a pause', () => {
    const gate = new Occupancy(1, 0);
    gate.start(0);
    gate.holdBack(true, 250);
    gate.holdBack(false, 500);
    gate.resize(0, 750);
    expect(gate.period(1000).limited).toBe(0.5);
  });

  it('survives a period of no length', () => {
    expect(new Occupancy(1, 5).period(5)).toEqual({ mean: 0, max: 0, last: 0, limited: 0 });
  });
});
