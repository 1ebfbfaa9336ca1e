import { describe, expect, it } from 'vitest';
import { simulateRequest } from './arguments.ts';

const request = (text: string) => simulateRequest(text.split(' ').filter((word) => word !== ''));

describe('the words after `flyball simulate`', () => {
  it('say strategy, scenario, seed, duration, log and form', () => {
    expect(request('--strategy pid --scenario S2 --seed 7 --for 1.5m --log x.jsonl --json')).toEqual({
      strategy: 'pid',
      work: { scenario: 'S2' },
      seed: 7,
      duration: 90_000,
      log: 'x.jsonl',
      json: true,
    });
  });

  it('need no more than a scenario or a trace', () => {
    expect(request('--scenario=S1')).toMatchObject({ work: { scenario: 'S1' }, seed: 1, json: false });
    expect(request('--trace a.csv')).toMatchObject({ work: { trace: 'a.csv' } });
  });

  it.each([
    ['', /nothing to simulate/],
    ['--scenario S1 --trace a.csv', /exclude each other/],
    ['S1', /"S1" belongs to no option/],
    ['--sed 1', /--sed is not known\. Did you mean --seed\? Known: --strategy, /],
    ['--scenario', /--scenario has no value\. Write --scenario S1\./],
    ['--scenario=', /--scenario has no value/],
    ['--scenario S1 --json=yes', /Write --json alone/],
    ['--scenario S1 --seed -1', /not a whole number from 0 to 4294967295/],
    ['--scenario S1 --seed 4294967296', /not a whole number/],
    ['--scenario S1 --seed 1e3', /not a whole number/],
    ['--scenario S1 --for 600', /not a duration from 1s to 24h/],
    ['--scenario S1 --for 100ms', /not a duration/],
    ['--scenario S1 --for 25h', /not a duration/],
  ])('are refused with what to write instead: "%s"', (text, words) => {
    expect(() => request(text)).toThrow(words);
    expect(() => request(text)).toThrow(/^\[BAD_ARGUMENT\] /);
  });
});
