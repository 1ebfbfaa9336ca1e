import { clockLimitReasons } from '#libs/core';
import { describe, expect, it } from 'vitest';
import { curves, peak } from './curves.ts';
import { coldPanel, readPanel, stepPanel, throughputShare, type PanelState, type Work } from './panel.ts';

const idle: Work = { at: 0, inFlight: 0, utilization: 0, throughput: 0, share: 1 };
const alone: Work = { ...idle, inFlight: 1, utilization: 0.97, throughput: 0.07 };
const full: Work = { ...idle, inFlight: 30, utilization: 1, throughput: 1 };

/** A minute and more of the same work, a sample a second. */
function after(seconds: number, work: Work, from: PanelState = coldPanel): PanelState {
  let state = from;
  for (let second = 1; second <= seconds; second += 1) {
    state = stepPanel(state, { ...work, at: from.at + 1000 * second });
  }
  return state;
}

function shown(state: PanelState, work: Work, name: string): number {
  const found = readPanel(state, work).find(([each]) => each === name);
  if (found === undefined) throw new Error(`no ${name}`);
  return found[1];
}

describe('the panel', () => {
  it('draws most of its power for the first job and little more for the rest', () => {
    const [none, one, all] = [idle, alone, full].map((work) => shown(after(1, work), work, 'gpu.power'));
    expect(none).toBe(90);
    expect(one).toBeGreaterThan(550);
    expect(all! / one!).toBeGreaterThan(1.05);
    expect(all! / one!).toBeLessThan(1.2);
    expect(all).toBeLessThan(shown(coldPanel, full, 'gpu.power.limit'));
  });

  it('lets temperatures follow power slowly, up and down, memory above core', () => {
    const core = [1, 20, 120].map((seconds) => shown(after(seconds, full), full, 'gpu.temperature.core'));
    expect(core[0]).toBeLessThan(40);
    expect(core[1]).toBeGreaterThan(50);
    expect(core[1]).toBeLessThan(60);
    expect(core[2]).toBeCloseTo(68, -1);
    const hot = after(300, full);
    expect(shown(hot, full, 'gpu.temperature.memory')).toBeGreaterThan(shown(hot, full, 'gpu.temperature.core'));
    expect(after(300, idle, hot).core).toBeCloseTo(coldPanel.core, 3);
  });

  it('counts energy as power over time', () => {
    const state = after(60, full);
    expect(state.energy).toBeCloseTo(60 * state.power, 6);
    expect(stepPanel(state, { ...full, at: state.at })).toBe(state);
  });

  it('says why its clocks are low: idle, or near the power limit, else nothing', () => {
    const reason = (work: Work): number => shown(after(9, work), work, 'gpu.clock.limit.reasons');
    expect([idle, alone, full].map(reason)).toEqual([
      clockLimitReasons['gpu-idle'],
      0,
      clockLimitReasons['sw-power-cap'],
    ]);
    const clock = (work: Work): number => shown(after(9, work), work, 'gpu.clock.sm') / 1e6;
    expect(clock(idle)).toBeLessThan(clock(full));
    expect(clock(full)).toBeLessThan(clock(alone));
    const capped = (work: Work): number => shown(after(9, work), work, 'gpu.clock.limit.time.sw-power-cap');
    expect([alone, full].map(capped)).toEqual([0, 9]);
  });
});

describe('throughputShare', () => {
  it('is 1 at the peak, less on both sides of it, and 0 without jobs', () => {
    const best = peak(curves.B);
    expect(throughputShare(curves.B, best)).toBe(1);
    expect(throughputShare(curves.B, best / 2)).toBeLessThan(1);
    expect(throughputShare(curves.B, 2 * best)).toBeLessThan(1);
    expect(throughputShare(curves.B, 0)).toBe(0);
  });

  it('goes on towards 1 where more always gives more', () => {
    const shares = [1, 10, 100, 10_000].map((n) => throughputShare(curves.A, n));
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    expect(shares.at(-1)).toBeGreaterThan(0.99);
    expect(shares.at(-1)).toBeLessThanOrEqual(1);
  });
});
