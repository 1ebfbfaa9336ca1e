import { describe, expect, it } from 'vitest';
import { Crawlee } from './crawlee.ts';
import { view } from './fed-by-hand.ts';

const idle = { busy: 0.5, memory: 0.5 };
const full = { busy: 0.5, memory: 0.91 };
const busy = { busy: 0.96, memory: 0.5 };

/** A limit of 40, all of it in flight, with one look a second at what these say. */
function after(looks: readonly (typeof idle)[], { cpu = true, inFlight = 40 } = {}): Crawlee {
  const law = new Crawlee({ start: 40, min: 1, max: 64, cpu });
  for (const [index, look] of looks.entries()) {
    const at = 1000 * (index + 1);
    law.tick(at, view({ ...look, at, inFlight }));
  }
  return law;
}

const tenOf = (count: number, odd: typeof idle): readonly (typeof idle)[] => [
  ...Array.from({ length: 10 - count }, () => idle),
  ...Array.from({ length: count }, () => odd),
];

describe('Crawlee', () => {
  it('goes up by a twentieth each 10 s while nine tenths of the limit are in use', () => {
    expect(after(tenOf(0, idle).slice(1)).limit).toBe(40);
    expect(after(tenOf(0, idle)).limit).toBe(42);
    expect(after(tenOf(0, idle), { inFlight: 36 }).limit).toBe(42);
    expect(after(tenOf(0, idle), { inFlight: 35 }).limit).toBe(40);
  });

  it('goes down with memory high in more than a fifth of the looks', () => {
    expect(after(tenOf(1, full)).limit).toBe(42);
    expect(after(tenOf(2, full)).limit).toBe(38);
  });

  it('goes down with the processor busy in more than two fifths of them, unless it is told not to look', () => {
    expect(after(tenOf(3, busy)).limit).toBe(42);
    expect(after(tenOf(4, busy)).limit).toBe(38);
    expect(after(tenOf(4, busy), { cpu: false }).limit).toBe(42);
  });

  it('starts nothing beyond the minimum while the last 5 s are overloaded', () => {
    const law = after(tenOf(3, full));
    expect([law.mayStart(10_001, view({ inFlight: 5 })), law.mayStart(10_001, view({ inFlight: 0 }))]).toEqual([
      false,
      true,
    ]);
    expect(after([...tenOf(3, full), ...tenOf(0, full)]).mayStart(20_001, view({ inFlight: 5 }))).toBe(true);
  });

  it('does not count a look twice', () => {
    const law = new Crawlee({ start: 40, min: 1, max: 64, cpu: true });
    for (let index = 1; index <= 10; index += 1) {
      const stuck = view({ ...(index <= 8 ? idle : full), at: index <= 8 ? index * 1000 : 9000, inFlight: 40 });
      law.tick(index * 1000, stuck);
    }
    // One of nine, not two of ten.
    expect(law.limit).toBe(42);
  });
});
