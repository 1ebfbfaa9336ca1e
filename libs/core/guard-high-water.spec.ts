import { defaultGuard, MemoryGuard, type Reading } from '#libs/core';
import { describe, expect, it } from 'vitest';

const gib = 2 ** 30;
const second = 1000;

/** Base 10 of 24 GiB, jobs of 1 GiB, and readings that stay where they once were. */
class CachingDevice {
  readonly guard = new MemoryGuard(defaultGuard, { expected: true }, 0);
  readonly starts: number[] = [];
  t = 0;
  most = 10;
  falls = false;

  read(seconds = 1): this {
    for (let passed = 0; passed < seconds; passed += 1) {
      this.t += second;
      const used = 10 + this.starts.length;
      this.most = this.falls ? used : Math.max(this.most, used);
      const shared = { gpu: 'GPU-0', unit: 'bytes', source: 'simulated', age: 0 } as const;
      const readings: readonly Reading[] = [
        { ...shared, name: 'gpu.memory.used', value: this.most * gib },
        { ...shared, name: 'gpu.memory.total', value: 24 * gib },
      ];
      this.guard.observe({ readings, missing: [] }, this.t);
    }
    return this;
  }

  runs(jobs: number): this {
    while (this.starts.length < jobs) {
      this.guard.started({}, this.t);
      this.starts.push(this.t);
    }
    while (this.starts.length > jobs) this.guard.finished({}, this.starts.pop()!, this.t);
    return this;
  }

  get state(): string | undefined {
    return this.guard.period(this.t)?.state;
  }

  get next(): number {
    return this.guard.period(this.t)!.devices[0]!.next / gib;
  }
}

describe('readings that are high-water marks', () => {
  it('are found out when jobs leave and the reading stays', () => {
    const device = new CachingDevice().read().runs(1).read(70).runs(8).read(5).runs(4);
    expect(device.read(4).state).toBe('on');
    expect(device.read(1).state).toBe('high-water');
    expect(device.next).toBeCloseTo(1, 5);
  });

  it('are not suspected where readings follow the jobs', () => {
    const device = new CachingDevice();
    device.falls = true;
    device.read().runs(1).read(10);
    for (const jobs of [8, 4, 2, 6, 1, 8]) expect(device.runs(jobs).read(20).state).toBe('on');
  });

  it('leave room for what was survived, and teach nothing while they stay', () => {
    const device = new CachingDevice().read().runs(1).read(70).runs(8).read(5).runs(2).read(5);
    expect(device.guard.room(device.t)).toBeGreaterThanOrEqual(6);
    expect(device.read(600).next).toBeCloseTo(1, 5);
    expect(device.guard.room(device.t)).toBeGreaterThanOrEqual(6);
  });

  it('teach what jobs take when they rise', () => {
    const device = new CachingDevice().read().runs(1).read(70).runs(8).read(5).runs(2).read(5).runs(11).read(2);
    expect([device.state, device.next]).toEqual(['high-water', expect.closeTo(1, 5)]);
    // 11 survived, and one more stays below 97 % by far.
    expect(device.runs(10).guard.admits({}, device.t)).toBe(true);
  });

  it('are believed again once they fall', () => {
    const device = new CachingDevice().read().runs(1).read(70).runs(8).read(5).runs(4).read(10);
    device.falls = true;
    expect(device.read().state).toBe('on');
  });
});
