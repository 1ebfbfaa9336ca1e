import { describe, expect, it } from 'vitest';
import { benchRequest } from './arguments.ts';

const words = (text: string) => benchRequest(text.split(' ').filter((word) => word !== ''));

describe('the words after npm run bench', () => {
  it('mean the named suite with five runs where nothing else is said', () => {
    expect(words('')).toMatchObject({ suite: 'named', runs: 5, json: false, secret: false, out: 'bench-report' });
  });

  it('give a family its seeds', () => {
    expect(words('--suite family --seed 7,8 --count 90 --json')).toMatchObject({
      seeds: [7, 8],
      count: 90,
      runs: 2,
      json: true,
    });
    expect(words('--suite family --blind 3')).toMatchObject({ seeds: undefined, blind: 3, secret: true });
  });

  it('give each trace a kind', () => {
    expect(words('--trace conv=a.csv --trace code=b=c.csv').traces).toEqual({ conv: 'a.csv', code: 'b=c.csv' });
  });

  it.each([
    ['--suite nmaed', /--suite="nmaed" is not known/],
    ['--sed 4', /--sed is not known\. Did you mean --seed\?/],
    ['--seed', /--seed has no value/],
    ['named', /"named" belongs to no option/],
    ['--json=yes', /Write --json alone/],
    ['--suite family --seed 1,x', /"x" is not a whole number/],
    ['--suite family --seed 1,1', /a number twice/],
    ['--suite family --seed 4294967296', /from 0 to 4294967295/],
    ['--suite family --count 0', /from 1 to 10000/],
    ['--runs 1.5', /--runs="1.5"/],
    ['--suite family --seed 1 --blind 2', /exclude each other/],
    ['--suite family --trace conv=a.csv', /--trace is for --suite named/],
    ['--promote goodput', /--promote is for --suite family/],
    ['--keep-oracles --runs 3', /leave --only, --runs and --trace out/],
    ['--trace a.csv', /Write --trace conv=FILE/],
    ['--trace conv=a.csv --trace conv=b.csv', /given twice/],
  ])('are refused: %s', (text, message) => {
    expect(() => words(text)).toThrow(message);
  });
});
