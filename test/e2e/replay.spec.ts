import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  checkpointOf,
  overrideController,
  startController,
  stepController,
  type AnyStrategy,
  type ControllerSetup,
  type DecisionRecord,
} from '#libs/core';
import { createDecisionLog } from '#libs/observability';
import { namedScenarios, simulate } from '#libs/simulation';
import { aimd, builtInStrategies } from '#libs/strategies';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'flyball-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

function replay(...args: readonly string[]): { readonly status: number | null; readonly text: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['dist/apps/cli/main.js', 'replay', ...args], {
    encoding: 'utf8',
  });
  return { status, text: stdout + stderr };
}

/** A log of two workers, one after the other, written by the product's own writer. */
async function logOf(strategy: AnyStrategy, name = strategy.name): Promise<string> {
  const records = strategy.explicit === true ? steeredRun(strategy) : simulatedRun(strategy);
  const path = join(directory, `${name}.jsonl`);
  const log = createDecisionLog({ path });
  for (const worker of ['first', 'second']) {
    for (const record of records) log.write({ ...record, worker });
  }
  await log.close();
  return path;
}

function simulatedRun(strategy: AnyStrategy): readonly DecisionRecord[] {
  return simulate({ scenario: namedScenarios.S1, setup: setupOf(strategy), seed: 1 }).records;
}

/** A strategy that moves only by what people say: its observations are another's, and it is overridden every 10 s. */
function steeredRun(strategy: AnyStrategy): readonly DecisionRecord[] {
  const setup = setupOf(strategy);
  let state = startController(setup);
  return simulatedRun(aimd).map((record) => {
    const { seq, t, period } = record;
    const order = { limit: 2 + (seq % 9), reason: 'a test', by: 'ann', until: t + 5000 };
    if (seq % 10 === 0) state = overrideController(setup, state, order);
    const before = state;
    const modifier = { returned: 1 + (seq % 7), duration: 1 };
    const observation = { ...record.observation, limit: state.limit, modifier };
    const step = stepController(setup, state, { seq, t, period, ...observation });
    state = step.state;
    const checkpoint = record.checkpoint && { checkpoint: checkpointOf(setup, before) };
    return { ...record, strategy: strategy.name, ...step.verdict, observation, ...checkpoint };
  });
}

function setupOf(strategy: AnyStrategy): ControllerSetup {
  const result = strategy.config['~standard'].validate({});
  const config = 'value' in result ? result.value : undefined;
  return { strategy, config, bounds: { min: 1, max: 64 }, initial: 1, dryRun: false };
}

describe.each(builtInStrategies)('a decision log of $name, read from disk by a fresh process', (strategy) => {
  it('replays bit for bit across a restart, with at least 20 changes of the limit', async () => {
    const { status, text } = replay(await logOf(strategy));
    expect(text).toMatch(/^\d+ decisions found again/);
    expect(status).toBe(0);
    expect(Number(/(\d+) of them changes/.exec(text)?.[1])).toBeGreaterThanOrEqual(2 * 20);
  });

  it('replays from any checkpoint', () => {
    const lines = readFileSync(join(directory, `${strategy.name}.jsonl`), 'utf8')
      .trim()
      .split('\n');
    const tail = join(directory, 'tail.jsonl');
    for (const from of [100, 500, 1200]) {
      writeFileSync(tail, `${lines.slice(from).join('\n')}\n`);
      const { status, text } = replay(tail);
      expect(text).toContain(`${300 * Math.ceil(from / 300) - from} before a checkpoint`);
      expect(status).toBe(0);
    }
  });

  it('betrays one altered digit, wherever it stands', () => {
    const path = join(directory, `${strategy.name}.jsonl`);
    const whole = readFileSync(path, 'utf8');
    const digits = [...whole.matchAll(/\d/g)].map(({ index }) => index);
    for (const share of [0.03, 0.5, 0.99]) {
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

describe('another strategy on a log', () => {
  let path: string;
  beforeAll(async () => {
    path = await logOf(aimd, 'another');
  });

  it('is said to have asked, never to have achieved', () => {
    const { status, text } = replay(path, '--strategy', 'pid');
    expect(text).toContain('What pid would have asked for');
    expect(text).toContain('Not what it would have achieved');
    expect(text).toMatch(/1800 periods: higher in \d+, lower in [1-9]\d*/);
    expect(text).toMatch(/First apart: first-\d+, after \d+ s: [\d.]+ instead of [\d.]+, because [a-z-]+/);
    expect(status).toBe(0);
  });

  it('asks for the same where it is the same', () => {
    const { text } = replay(path, '--strategy', 'aimd');
    expect(text).toContain('1800 periods: higher in 0, lower in 0');
  });

  it.each([
    ['an unknown one', ['--strategy', 'pdi'], 'Did you mean pid?'],
    ['none', ['--strategy'], 'has no value'],
    ['an unknown option', ['--law=pid'], '--law is not known'],
  ])('is refused with status 2 when it is %s', (_what, args, why) => {
    const { status, text } = replay(path, ...args);
    expect(text).toContain(why);
    expect(status).toBe(2);
  });
});

it('refuses a log of a newer schema by name, with status 2', () => {
  const newer = join(directory, 'newer.jsonl');
  writeFileSync(newer, '{"v":2,"observation":{}}\n');
  expect(replay(newer)).toMatchObject({ status: 2, text: expect.stringContaining('NEWER_RECORD') });
});
