import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Sample, TelemetrySource } from '#libs/core';
import { Sampler } from './sampler.ts';
import type { SourceChange } from './source-reader.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
});
afterEach(() => {
  vi.useRealTimers();
});

function sampleOf(value: number, takenAt = Date.now()): Sample {
  return { source: 'test', takenAt, readings: [{ name: 'gpu.utilization', value, unit: 'ratio' }], missing: [] };
}

function sourceOf(read: TelemetrySource['read'], name = 'test'): TelemetrySource {
  return { name, read, close: () => Promise.resolve() };
}

function samplerOf(sources: readonly TelemetrySource[], onSource?: (change: SourceChange) => void): Sampler {
  return new Sampler({ sources, intervalMs: 1000, onSource });
}

const values = (sampler: Sampler): readonly number[] => sampler.observe(Date.now()).readings.map(({ value }) => value);

describe('Sampler', () => {
  it('reads at once and then each interval, and tells how old a reading is', async () => {
    let reads = 0;
    const sampler = samplerOf([sourceOf(() => Promise.resolve(sampleOf((reads += 1))))]);
    await vi.advanceTimersByTimeAsync(0);
    expect(values(sampler)).toEqual([1]);
    await vi.advanceTimersByTimeAsync(2400);
    expect(values(sampler)).toEqual([3]);
    expect(sampler.observe(Date.now()).readings[0]).toEqual({
      name: 'gpu.utilization',
      value: 3,
      unit: 'ratio',
      source: 'test',
      age: 400,
    });
    await sampler.close();
  });

  it('knows nothing before the first sample and promises nothing', () => {
    expect(samplerOf([sourceOf(() => new Promise(() => undefined))]).observe(0)).toEqual({ readings: [], missing: [] });
  });

  it('skips the beats of a slow read instead of queueing them', async () => {
    let running = 0;
    let most = 0;
    let reads = 0;
    const slow = async (): Promise<Sample> => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setTimeout(resolve, 2500));
      running -= 1;
      return sampleOf((reads += 1));
    };
    const sampler = samplerOf([sourceOf(slow)]);
    await vi.advanceTimersByTimeAsync(9900);
    expect(most).toBe(1);
    // Begun at 0 s, 3 s and 6 s; the one of 9 s, after the time-outs of 2 s, is still under way.
    expect(reads).toBe(3);
    await sampler.close();
  });

  it('keeps the reading of a source that fails until it is too old, then says that it is gone', async () => {
    let answers = true;
    const source = sourceOf(() => (answers ? Promise.resolve(sampleOf(0.5)) : Promise.reject(new Error('no driver'))));
    const sampler = samplerOf([source]);
    await vi.advanceTimersByTimeAsync(0);
    answers = false;
    await vi.advanceTimersByTimeAsync(5000);
    expect(values(sampler)).toEqual([0.5]);
    await vi.advanceTimersByTimeAsync(1);
    expect(sampler.observe(Date.now())).toEqual({
      readings: [],
      missing: [{ name: 'gpu.utilization', why: 'stale' }],
    });
    answers = true;
    await vi.advanceTimersByTimeAsync(1000);
    expect(values(sampler)).toEqual([0.5]);
    await sampler.close();
  });

  it('aborts a read that hangs, does not ask again while it is stuck, and leaves other sources alone', async () => {
    let asked = 0;
    let aborted = 0;
    const hangs = sourceOf((signal) => {
      asked += 1;
      signal.addEventListener('abort', () => (aborted += 1));
      return new Promise(() => undefined);
    });
    const sampler = samplerOf([hangs, sourceOf(() => Promise.resolve(sampleOf(1)), 'other')]);
    await vi.advanceTimersByTimeAsync(14_999);
    expect(aborted).toBe(0);
    await vi.advanceTimersByTimeAsync(60_000);
    expect([asked, aborted]).toEqual([1, 1]);
    expect(values(sampler)).toEqual([1]);
    await sampler.close();
  });

  it('drops an answer that comes after the time-out', async () => {
    const late = async (): Promise<Sample> => {
      await new Promise((resolve) => setTimeout(resolve, 16_000));
      return sampleOf(1, 0);
    };
    const sampler = samplerOf([sourceOf(late)]);
    await vi.advanceTimersByTimeAsync(16_500);
    expect(sampler.observe(Date.now())).toEqual({ readings: [], missing: [] });
    await sampler.close();
  });

  it('tells once that a source answers, once that it fails, once that it is back', async () => {
    let answers = true;
    const changes: SourceChange[] = [];
    const source = sourceOf(() => (answers ? Promise.resolve(sampleOf(1)) : Promise.reject(new Error('gone'))));
    const sampler = samplerOf([source], (change) => changes.push(change));
    await vi.advanceTimersByTimeAsync(3000);
    answers = false;
    await vi.advanceTimersByTimeAsync(3000);
    answers = true;
    await vi.advanceTimersByTimeAsync(3000);
    expect(changes).toEqual([
      { source: 'test', state: 'up' },
      { source: 'test', state: 'failing', error: 'Error: gone' },
      { source: 'test', state: 'up' },
    ]);
    await sampler.close();
  });

  it('survives a source that throws instead of rejecting, and one that will not close', async () => {
    const broken: TelemetrySource = {
      name: 'broken',
      read: () => {
        throw new Error('at once');
      },
      close: () => Promise.reject(new Error('never')),
    };
    const sampler = samplerOf([broken, sourceOf(() => Promise.resolve(sampleOf(1)))]);
    await vi.advanceTimersByTimeAsync(2000);
    expect(values(sampler)).toEqual([1]);
    await expect(sampler.close()).resolves.toBeUndefined();
  });

  it('reads nothing any more once it is closed', async () => {
    let reads = 0;
    const sampler = samplerOf([sourceOf(() => Promise.resolve(sampleOf((reads += 1))))]);
    await vi.advanceTimersByTimeAsync(0);
    await sampler.close();
    await vi.advanceTimersByTimeAsync(5000);
    expect(reads).toBe(1);
  });
});
