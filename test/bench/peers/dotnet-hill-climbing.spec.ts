import { Random } from '#libs/simulation';
import { describe, expect, it } from 'vitest';
import { DotnetHillClimbing } from './dotnet-hill-climbing.ts';
import { view } from './fed-by-hand.ts';
import { magnitude, realQuotient, waveOf } from './wave.ts';

/** Two minutes on a plant that ends this many jobs a second at a limit. */
function run(rate: (limit: number) => number, { cpu = false, busy = 0 } = {}): DotnetHillClimbing {
  const law = new DotnetHillClimbing({ start: 8, min: 1, max: 64, cpu }, new Random(3));
  let owed = 0;
  for (let t = 100; t <= 120_000; t += 100) {
    for (owed += rate(law.limit) / 10; owed >= 1; owed -= 1) law.ended();
    law.tick(t, view({ busy }));
  }
  return law;
}

describe('DotnetHillClimbing', () => {
  it('climbs where throughput follows the limit', () => {
    expect(run((limit) => 1000 * limit).limit).toBeGreaterThan(50);
  });

  it('comes down where more brings nothing', () => {
    expect(run(() => 8000).limit).toBeLessThan(5);
  });

  it('does not climb while the processor is busy, where that counts', () => {
    expect(run((limit) => 1000 * limit, { cpu: true, busy: 0.96 }).limit).toBeLessThan(12);
    expect(run((limit) => 1000 * limit, { cpu: false, busy: 0.96 }).limit).toBeGreaterThan(50);
  });
});

describe('waveOf', () => {
  it('finds the amplitude of a wave, and only at its period', () => {
    const wave = Array.from({ length: 32 }, (_, index) => 5 + 3 * Math.cos((2 * Math.PI * index) / 4));
    expect(magnitude(waveOf(wave, 4))).toBeCloseTo(1.5, 9);
    expect(magnitude(waveOf(wave, 32 / 9))).toBeCloseTo(0, 9);
  });

  it('tells in step from out of step', () => {
    const limits = [1, 1, 2, 2, 1, 1, 2, 2];
    const with1 = waveOf(limits, 4);
    expect(
      realQuotient(
        waveOf(
          limits.map((limit) => 10 * limit),
          4,
        ),
        with1,
      ),
    ).toBeCloseTo(10, 9);
    expect(
      realQuotient(
        waveOf(
          limits.map((limit) => 10 / limit),
          4,
        ),
        with1,
      ),
    ).toBeCloseTo(-5, 9);
  });
});
