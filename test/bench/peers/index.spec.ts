import { ClosedLoop, namedScenarios, Random } from '#libs/simulation';
import { describe, expect, it } from 'vitest';
import { peers } from './index.ts';

const scenario = namedScenarios.S1;

describe.each(peers.map((peer) => [`${peer.name}, ${peer.variant}`, peer] as const))('%s', (_name, peer) => {
  it('lives on S1: it serves jobs, stays within 1..64, and does the same twice', () => {
    const run = (): ClosedLoop => {
      const loop = new ClosedLoop({ scenario, seed: 1 }, () => peer.create(new Random(7)));
      loop.runUntil(120_000);
      return loop;
    };
    const { tally } = run();
    const gates = tally.gates.map(({ gate }) => gate);
    expect(tally.onTime + tally.late).toBeGreaterThan(60);
    expect(Math.min(...gates)).toBeGreaterThanOrEqual(1);
    expect(Math.max(...gates)).toBeLessThanOrEqual(64);
    expect(run().tally).toEqual(tally);
  });
});

describe('peers', () => {
  it('has each law once as documented, and none twice', () => {
    const names = peers.map(({ name, variant }) => `${name} ${variant}`);
    expect(new Set(names).size).toBe(names.length);
    for (const { name } of peers) expect(names).toContain(`${name} as documented`);
  });
});
