import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseRecord, type DecisionRecord } from '#libs/core';
import { keepFull } from './keep-full.ts';
import { startProcess } from './standalone-process.ts';

// Ten jobs fit on the device; the worker is told to run 64.
describe('a worker whose limit is far above what the device has memory for', () => {
  it('never runs out of it where memory is known, and again and again where it is not', async () => {
    const [guarded, blind] = await Promise.all([runOn('sim:memory-cliff'), runOn('none')]);

    expect(blind.outOfMemory).toBeGreaterThan(100);
    expect(blind.records.some(({ guard }) => guard !== undefined)).toBe(false);

    expect(guarded.outOfMemory).toBe(0);
    expect(guarded.records.every(({ observation }) => observation.jobs.outOfMemory === 0)).toBe(true);
    expect(guarded.metrics).not.toMatch(/^flyball_out_of_memory_total\{.*\} [1-9]/m);

    // It is the guard's doing, not the limit's, and both say so.
    expect(new Set(guarded.records.map(({ limit }) => limit.gate))).toEqual(new Set([64]));
    expect(guarded.metrics).toMatch(
      /^flyball_admissions_total\{queue="local",result="deferred",reason="guard"\} [1-9]/m,
    );
    const steady = guarded.records.slice(-5);
    for (const { guard, observation } of steady) {
      expect(guard).toMatchObject({ state: 'on', refused: expect.any(Number) as number });
      expect(observation.inFlight.max).toBeGreaterThanOrEqual(4);
      expect(observation.inFlight.max).toBeLessThanOrEqual(10);
      expect(observation.limited).toBe(0);
    }
    expect(steady.some(({ guard }) => (guard?.refused ?? 0) > 0)).toBe(true);
  });
});

interface Run {
  readonly records: readonly DecisionRecord[];
  readonly metrics: string;
  /** Attempts that ended so. */
  readonly outOfMemory: number;
}

/** The built program, kept full for a while. */
async function runOn(telemetry: string): Promise<Run> {
  const folder = await mkdtemp(join(tmpdir(), 'flyball-guard-'));
  const decisionLog = join(folder, 'decisions.jsonl');
  try {
    const worker = await startProcess('test/fixtures/handlers/on-cliff.mjs', {
      TELEMETRY_GPU: telemetry,
      CONCURRENCY_STRATEGY: 'fixed',
      CONCURRENCY_FIXED_LIMIT: '64',
      QUEUE_URL: `sqlite:${join(folder, 'queue.db')}`,
      DECISION_LOG: decisionLog,
      DRAIN_TIMEOUT: '1s',
    });
    let metrics: string;
    try {
      await keepFull({ url: worker.url, waiting: 100, seconds: 15 });
      metrics = await (await fetch(`${worker.url}/metrics`)).text();
    } finally {
      await worker.stop();
    }
    const records = (await readFile(decisionLog, 'utf8')).trimEnd().split('\n').map(parseRecord);
    const ended = metrics.matchAll(/^flyball_attempts_total\{.*error_type="out-of-memory"\} (\d+)/gm);
    return { records, metrics, outOfMemory: ended.reduce((sum, [, count]) => sum + Number(count), 0) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
