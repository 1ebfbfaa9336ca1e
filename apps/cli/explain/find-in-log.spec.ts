import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createDecisionLog } from '#libs/observability';
import { healthyRecord } from '../../../test/fixtures/observability/healthy-record.ts';
import { findInLog } from './find-in-log.ts';

let folder: string;
let path: string;

// Some records a file: the writer has moved what came first on to path.1 and path.2.
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'flyball-find-'));
  path = join(folder, 'decisions.jsonl');
  const log = createDecisionLog({ path, maxBytes: 1500 });
  for (let seq = 0; seq < 5; seq += 1) {
    log.write(healthyRecord({ seq, at: 1000 * seq }));
    // Each alone, so that the file can be full between two.
    await vi.waitUntil(() => log.stats.written === seq + 1);
  }
  await log.close();
});
afterAll(() => rmSync(folder, { recursive: true }));

it.each([
  ['the last, where no moment is given', undefined, 4],
  ['the last that had been made', 9999, 4],
  ['one in the newest file', 4000, 4],
  ['one that ends the file before', 3999, 3],
  ['one in an older file', 1500, 1],
  ['the very first', 0, 0],
])('finds %s', async (_what, moment, seq) => {
  expect((await findInLog(path, moment)).seq).toBe(seq);
});

it('refuses a moment before the log, and says where it begins', async () => {
  await expect(findInLog(path, -1)).rejects.toThrow(/NOT_HELD.*begins at 1970-01-01T00:00:00.000Z/);
});

it('refuses a file without a record', async () => {
  const empty = join(folder, 'empty.jsonl');
  writeFileSync(empty, '');
  await expect(findInLog(empty, undefined)).rejects.toThrow(/NO_LOG.*DECISION_LOG/);
});
