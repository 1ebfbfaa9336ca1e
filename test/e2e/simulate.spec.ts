import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'flyball-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

/** The built program; `$DIR` stands for the folder of this spec. */
function flyball(command: string, env: Readonly<Record<string, string>> = {}) {
  const words = command.replaceAll('$DIR', directory).split(' ');
  const { status, stdout, stderr } = spawnSync(process.execPath, ['dist/apps/cli/main.js', ...words], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] ?? '', ...env },
  });
  return { status, stdout, stderr };
}

function totals(command: string, env?: Readonly<Record<string, string>>): Record<string, unknown> {
  const { status, stdout, stderr } = flyball(`${command} --json`, env);
  expect(`${status} ${stderr}`).toBe('0 ');
  return JSON.parse(stdout) as Record<string, unknown>;
}

function writeTrace(lines: readonly string[]): void {
  const text = ['TIMESTAMP,ContextTokens,GeneratedTokens', ...lines, ''].join('\n');
  writeFileSync(join(directory, 'trace.csv'), text);
}

describe('flyball simulate', () => {
  it('draws the limit and the on-time rate of a scenario and says what it came to', () => {
    const { status, stdout } = flyball('simulate --strategy aimd --scenario S1 --for 2m');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^aimd in S1: .*\nseed 1, 2 min simulated\n/);
    expect(stdout).toMatch(/limit\n.*█/s);
    expect(stdout).toMatch(/^on time {2}\d+ jobs, [\d.]+ a second$/m);
    expect(stdout).toMatch(/^reasons {2}epoch-open \d+, /m);
  });

  it('has strategy, parameters and bounds from the environment, as a worker has', () => {
    const environment = { CONCURRENCY_STRATEGY: 'fixed', CONCURRENCY_FIXED_LIMIT: '12', CONCURRENCY_MAX: '5' };
    const bounded = totals('simulate --scenario S1 --for 30s', environment);
    expect(bounded).toMatchObject({ strategy: 'fixed', limit: { last: 5, highest: 5 }, reasons: { fixed: 30 } });
  });

  it('writes a log that `flyball replay` finds again, bit for bit', () => {
    flyball('simulate --strategy aimd+pid --scenario S5 --for 6m --log $DIR/simulated.jsonl');
    expect(readFileSync(join(directory, 'simulated.jsonl'), 'utf8').trim().split('\n')).toHaveLength(360);
    const { status, stdout } = flyball('replay $DIR/simulated.jsonl');
    expect(stdout).toMatch(/^360 decisions found again, \d+ of them/);
    expect(status).toBe(0);
  });

  it('serves the arrivals of a trace, no more of them than there are', () => {
    const seconds = Array.from({ length: 60 }, (_, second) => String(second).padStart(2, '0'));
    writeTrace(seconds.map((second) => `2023-11-16 18:15:${second},600,50`));
    const { onTime, late, dropped, duration } = totals('simulate --trace $DIR/trace.csv');
    expect(Number(onTime) + Number(late) + Number(dropped)).toBe(60);
    expect(Number(onTime)).toBeGreaterThan(50);
    expect(duration).toBe(119_000);
  });

  it('refuses a trace with the line and the rule, status 2', () => {
    writeTrace(['2023-11-16 18:15:46,10,5', '2023-11-16 18:15:45,10,5']);
    const { status, stdout, stderr } = flyball('simulate --trace $DIR/trace.csv');
    expect(stderr).toMatch(/^\[BAD_TRACE\] Line 3 .*Sort/);
    expect(stdout).toBe('');
    expect(status).toBe(2);
  });

  it('answers a misspelt scenario with what there is, status 2', () => {
    const { status, stderr } = flyball('simulate --scenario S11');
    expect(stderr).toMatch(/^\[UNKNOWN_SCENARIO\] .*Did you mean S1\? Known:\n {2}S1 .*\n {2}S2 /);
    expect(status).toBe(2);
  });

  it('fails where the log cannot be written, status 1', () => {
    const { status, stderr } = flyball('simulate --scenario S1 --for 2s --log $DIR/none/x.jsonl');
    expect(stderr).toMatch(/^\[LOG_NOT_WRITTEN\] .*Name another file after --log/);
    expect(status).toBe(1);
  });
});
