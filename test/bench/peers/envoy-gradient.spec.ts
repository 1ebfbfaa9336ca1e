import { Random } from '#libs/simulation';
import { describe, expect, it } from 'vitest';
import { EnvoyGradient } from './envoy-gradient.ts';
import { job, jobs } from './fed-by-hand.ts';

const config = { start: 20, floor: 3, max: 64, samples: 50 };

/** Has measured that a job takes a second at least. */
function measured(overrides: Partial<typeof config> = {}): EnvoyGradient {
  const law = new EnvoyGradient({ ...config, ...overrides }, new Random(1));
  for (const one of jobs(50, { every: 1, from: 1000 })) law.ended(one);
  return law;
}

function update(law: EnvoyGradient, t: number, service: number): number {
  law.ended(job({ t, service, start: t - service }));
  law.tick(t);
  return law.limit;
}

describe('EnvoyGradient', () => {
  it('holds the limit at its floor until 50 jobs of the measurement have ended, then goes back', () => {
    const law = new EnvoyGradient(config, new Random(1));
    for (const one of jobs(49, { every: 1, from: 1000 })) law.ended(one);
    expect(law.limit).toBe(3);
    law.ended(job({ t: 2000 }));
    expect(law.limit).toBe(20);
  });

  it('grows by a quarter and a root while jobs are as quick as measured, and twofold at most', () => {
    expect(update(measured(), 2100, 1000)).toBe(Math.floor(25 + 5));
    expect(update(measured({ start: 9 }), 2100, 100)).toBe(Math.floor(18 + Math.sqrt(18)));
  });

  it('shrinks to half and a root at most', () => {
    expect(update(measured(), 9000, 8000)).toBe(Math.floor(10 + Math.sqrt(10)));
  });

  it('holds in a tenth of a second in which nothing ended, and when only lost jobs did', () => {
    const law = measured();
    law.tick(2100);
    law.ended(job({ t: 2150, lost: true }));
    law.tick(2200);
    expect(law.limit).toBe(20);
  });

  it('measures again between 60 s and 69 s later, and takes no job for a sample that started before', () => {
    const law = measured({ samples: 50 });
    law.tick(60_000);
    expect(law.limit).toBe(20);
    law.tick(1050 + 69_001);
    expect(law.limit).toBe(3);
    for (const one of jobs(50, { every: 1, from: 70_060 })) law.ended(one);
    expect(law.limit).toBe(3);
    for (const one of jobs(50, { every: 1, from: 71_100 })) law.ended(one);
    expect(law.limit).toBe(20);
  });

  it('measures at once after five updates at the floor', () => {
    const law = measured({ start: 3 });
    for (let index = 1; index <= 5; index += 1) update(law, 5000 + 100 * index, 4000);
    law.ended(job({ t: 5700, service: 100 }));
    law.tick(5700);
    // Measuring: a quick job would have raised the limit.
    law.ended(job({ t: 5800, service: 50 }));
    law.tick(5800);
    expect(law.limit).toBe(3);
  });
});
