import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadSettings } from '#libs/config';
import { builtInStrategies } from '#libs/strategies';
import { chooseStrategy, type ChosenStrategy } from './choose-strategy.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'flyball-choose-'));
  for (const name of ['mine', 'other']) writeFileSync(join(folder, `${name}.mjs`), law(name));
  writeFileSync(join(folder, 'goodput.mjs'), law('goodput'));
});
afterAll(() => rmSync(folder, { recursive: true }));

it('is one strategy with its parameters', async () => {
  const { strategy, config, shadows } = await choose({ CONCURRENCY_STRATEGY: 'fixed', CONCURRENCY_FIXED_LIMIT: '7' });
  expect([strategy.name, config, shadows]).toEqual(['fixed', { limit: 7 }, undefined]);
});

it('is the least of several, each with its own parameters', async () => {
  const chosen = await choose({ CONCURRENCY_STRATEGY: 'fixed+aimd', CONCURRENCY_FIXED_LIMIT: '7' });
  expect(chosen.strategy.name).toBe('fixed+aimd');
  expect(chosen.config).toEqual([{ limit: 7 }, expect.objectContaining({ hi: expect.any(Number) })]);
});

it('may be modules of the user, which act or are watched', async () => {
  const chosen = await choose({
    CONCURRENCY_STRATEGY: `aimd+${folder}/mine.mjs`,
    CONCURRENCY_SHADOW: `pid, ${folder}/other.mjs`,
    CONCURRENCY_MINE_GAIN: '2',
    CONCURRENCY_OTHER_GAIN: '3',
  });
  expect(chosen.strategy.name).toBe('aimd+mine');
  expect(chosen.config).toMatchObject([{}, { gain: 2 }]);
  expect(chosen.shadows?.map(({ strategy }) => strategy.name)).toEqual(['pid', 'other']);
  expect(chosen.shadows?.[1]?.config).toEqual({ gain: 3 });
});

it('has no parameter that belongs to nobody', async () => {
  const chosen = choose({ CONCURRENCY_SHADOW: `${folder}/mine.mjs`, CONCURRENCY_OTHER_GAIN: '3' });
  await expect(chosen).rejects.toThrow('CONCURRENCY_OTHER_GAIN="3" is not a setting');
});

it('has no two strategies of one name, which a record could not tell apart', async () => {
  const chosen = choose({ CONCURRENCY_SHADOW: `${folder}/goodput.mjs` });
  await expect(chosen).rejects.toThrow(
    /\[SAME_STRATEGY\] ".*goodput\.mjs" is one more strategy with the name "goodput"/,
  );
});

function choose(environment: Readonly<Record<string, string>>): Promise<ChosenStrategy> {
  return chooseStrategy(loadSettings(environment, { strategies: builtInStrategies }), builtInStrategies, environment);
}

function law(name: string): string {
  const schema = "{ '~standard': { version: 1, vendor: 'spec', validate: (value) => ({ value }) } }";
  const step = "(state, { limit }) => ({ state, decision: { limit, reason: 'steady' } })";
  return `export default { name: '${name}', summary: '', config: ${schema}, initialState: () => ({}), step: ${step} };`;
}
