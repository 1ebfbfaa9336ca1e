import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startController, type ControllerSetup, type DecisionRecord } from '#libs/core';
import { createDecisionLog } from '#libs/observability';
import { namedScenarios, simulate } from '#libs/simulation';
import { aimd, pid, threshold } from '#libs/strategies';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'flyball-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

function replay(path: string): { readonly status: number | null; readonly text: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['dist/apps/cli/main.js', 'replay', path], {
    encoding: 'utf8',
  });
  return { status, text: stdout + stderr };
}

/** A log of a simulated hour-like run, written by the product's own writer. */
async function logOf(strategy: ControllerSetup['strategy']): Promise<string> {
  const result = strategy.config['~standard'].validate({});
  const config = 'value' in result ? result.value : undefined;
  const setup: ControllerSetup = { strategy, config, bounds: { min: 1, max: 64 }, initial: 1, dryRun: false };
  expect(startController(setup).limit).toBe(1);
  const { records } = simulate({ scenario: namedScenarios.S1, setup, seed: 1 });
  const path = join(directory, `${strategy.name}.jsonl`);
  const log = createDecisionLog({ path });
  for (const record of records) log.write(record);
  await log.close();
  return path;
}

describe.each([aimd, pid, threshold])('a decision log of $name, read from disk by a fresh process', (strategy) => {
  it('replays bit for bit, with at least 20 changes of the limit', async () => {
    const { status, text } = replay(await logOf(strategy));
    expect(text).toMatch(/^\d+ decisions found again/);
    expect(status).toBe(0);
    expect(Number(/(\d+) of them changes/.exec(text)?.[1])).toBeGreaterThanOrEqual(20);
  });

  it('betrays one altered digit, wherever it stands', () => {
    const path = join(directory, `${strategy.name}.jsonl`);
    const whole = readFileSync(path, 'utf8');
    const digits = [...whole.matchAll(/\d/g)].map(({ index }) => index);
    for (const share of [0.03, 0.21, 0.5, 0.77, 0.99]) {
      const at = digits[Math.floor(share * digits.length)] ?? 0;
      const digit = (Number(whole[at]) + 1) % 10;
      const altered = join(directory, 'altered.jsonl');
      writeFileSync(altered, `${whole.slice(0, at)}${digit}${whole.slice(at + 1)}`);
      expect(replay(altered).status).toBe(1);
    }
  });

  it('betrays a digit of the observation also where the checksum was made anew, when it mattered', () => {
    const path = join(directory, `${strategy.name}.jsonl`);
    const records = readFileSync(path, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as DecisionRecord);
    const altered = records.map((record) =>
      record.seq === 5
        ? { ...record, observation: { ...record.observation, limit: record.observation.limit + 1 } }
        : record,
    );
    const unsealed = join(directory, 'unsealed.jsonl');
    writeFileSync(unsealed, altered.map((record) => `${JSON.stringify({ ...record, digest: undefined })}\n`).join(''));
    expect(replay(unsealed)).toMatchObject({ status: 1, text: expect.stringContaining('-5') });
  });
});
