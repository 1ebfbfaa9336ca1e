import { existsSync } from 'node:fs';
import { appendFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseRecord, recordLine } from '#libs/core';
import { createDecisionLog } from './decision-log.ts';
import type { FlyballEvent } from './events.ts';
import { healthyRecord } from '../../test/fixtures/observability/healthy-record.ts';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flyball-log-'));
  path = join(folder, 'deep', 'decisions.jsonl');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('the decision log', () => {
  it('holds every record, in order, as it was', async () => {
    const log = createDecisionLog({ path });
    for (let seq = 1; seq <= 500; seq += 1) log.write(healthyRecord({ seq }));
    await log.close();
    const records = (await linesOf(path)).map(parseRecord);
    expect(records.map(({ seq }) => seq)).toEqual(Array.from({ length: 500 }, (_, index) => index + 1));
    expect(records[7]).toMatchObject(healthyRecord({ seq: 8 }));
    expect(log.stats).toEqual({ written: 500, dropped: 0, failed: 0 });
  });

  it('goes on where the process before it ended', async () => {
    await writeAll([1, 2]);
    await writeAll([3]);
    expect(await seqsIn(path)).toEqual([1, 2, 3]);
  });

  it('cuts off the line that a killed process left unfinished', async () => {
    await writeAll([1, 2]);
    await appendFile(path, '{"v":1,"seq":3,"wor');
    await writeAll([4]);
    expect(await seqsIn(path)).toEqual([1, 2, 4]);
  });

  it('moves full files on, loses only the oldest, and never splits a record', async () => {
    const size = recordLine(healthyRecord({ seq: 10 })).length + 1;
    for (let seq = 10; seq < 30; seq += 1) await writeAll([seq], { maxBytes: 3 * size, files: 3 });
    expect(await seqsIn(path)).toEqual([28, 29]);
    expect(await seqsIn(`${path}.1`)).toEqual([25, 26, 27]);
    expect(await seqsIn(`${path}.3`)).toEqual([19, 20, 21]);
    expect(existsSync(`${path}.4`)).toBe(false);
    expect((await stat(`${path}.1`)).size).toBeLessThanOrEqual(3 * size);
  });

  it('leaves alone a file that is something else, and says so', async () => {
    await writeFile(join(folder, 'model.bin'), 'weights without an end of line');
    const events: FlyballEvent[] = [];
    const log = createDecisionLog({ path: join(folder, 'model.bin'), emit: (event) => events.push(event) });
    log.write(healthyRecord());
    await log.close();
    expect(await readFile(join(folder, 'model.bin'), 'utf8')).toBe('weights without an end of line');
    expect(log.stats.failed).toBe(1);
    expect(events).toMatchObject([{ result: 'error', detail: expect.stringContaining('NOT_A_DECISION_LOG') }]);
  });
});

it('leaves alone a JSON file without an end of line, which is none of its own', async () => {
  const precious = join(folder, 'precious.json');
  await writeFile(precious, '{"precious":"data"}');
  const log = createDecisionLog({ path: precious });
  log.write(healthyRecord());
  await log.close();
  expect(await readFile(precious, 'utf8')).toBe('{"precious":"data"}');
});

describe('a disk that fails', () => {
  it.skipIf(!existsSync('/dev/full'))('for being full costs records, which are counted and told', async () => {
    const events: FlyballEvent[] = [];
    const log = createDecisionLog({ path: '/dev/full', emit: (event) => events.push(event) });
    for (let seq = 1; seq <= 3; seq += 1) log.write(healthyRecord({ seq }));
    await log.close();
    expect(log.stats).toEqual({ written: 0, dropped: 0, failed: 3 });
    const counts = events.map((event) => (event.type === 'record-written' ? (event.count ?? 1) : 0));
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(3);
    expect(events).toContainEqual(expect.objectContaining({ detail: expect.stringContaining('ENOSPC') }));
  });

  it('is written to again once it recovers', async () => {
    await writeFile(join(folder, 'deep'), 'a file where the folder should be');
    const results: string[] = [];
    const told = Promise.withResolvers<void>();
    const log = createDecisionLog({
      path,
      emit: (event) => {
        if (event.type === 'record-written') results.push(event.result);
        told.resolve();
      },
    });
    log.write(healthyRecord({ seq: 1 }));
    await told.promise;
    await rm(join(folder, 'deep'));
    log.write(healthyRecord({ seq: 2 }));
    await log.close();
    expect(results).toEqual(['error', 'written']);
    expect(await seqsIn(path)).toEqual([2]);
  });

  it('for being slow costs what does not fit into the buffer, and nobody waits', async () => {
    const log = createDecisionLog({ path, maxWaiting: 3 * (recordLine(healthyRecord()).length + 1) });
    for (let seq = 1; seq <= 9; seq += 1) log.write(healthyRecord({ seq }));
    await log.close();
    expect(log.stats).toEqual({ written: 3, dropped: 6, failed: 0 });
    expect(await seqsIn(path)).toEqual([1, 2, 3]);
  });
});

async function writeAll(seqs: readonly number[], options = {}): Promise<void> {
  const log = createDecisionLog({ path, ...options });
  for (const seq of seqs) log.write(healthyRecord({ seq }));
  await log.close();
}

async function linesOf(file: string): Promise<readonly string[]> {
  const text = await readFile(file, 'utf8');
  expect(text.endsWith('\n')).toBe(true);
  return text.slice(0, -1).split('\n');
}

async function seqsIn(file: string): Promise<readonly number[]> {
  return (await linesOf(file)).map((line) => parseRecord(line).seq);
}
