import { describe, expect, it } from 'vitest';
import { loadSettings } from '#libs/config';
import { builtInStrategies } from '#libs/strategies';
import { setupOf } from './choose-setup.ts';

describe('the setup of a simulated worker', () => {
  it('is the default strategy where nothing is said', async () => {
    const { concurrency } = loadSettings({}, { strategies: builtInStrategies });
    const { setup, guard } = await setupOf(undefined, {});
    expect(setup.strategy.name).toBe(concurrency.strategy);
    expect(setup).toMatchObject({ bounds: { min: 1, max: 64 }, initial: 1, dryRun: false });
    expect(guard).toEqual(concurrency.guard);
  });

  it('has the strategy of the command line, and parameters, bounds and guard of the environment', async () => {
    const { setup, guard } = await setupOf('pid', {
      CONCURRENCY_STRATEGY: 'aimd',
      CONCURRENCY_PID_SETPOINT: '0.7',
      CONCURRENCY_MIN: '2',
      CONCURRENCY_MAX: '9',
      CONCURRENCY_GUARD_MARGIN: '0.1',
    });
    expect(setup).toMatchObject({ strategy: { name: 'pid' }, config: { setpoint: 0.7 }, bounds: { min: 2, max: 9 } });
    expect(setup.initial).toBe(2);
    expect(guard.margin).toBe(0.1);
  });

  it('is refused with every wrong setting', async () => {
    await expect(setupOf('pdi', { CONCURRENCY_MIN: '0' })).rejects.toThrow(
      /^\[INVALID_SETTINGS\] 2 settings are wrong[^]*CONCURRENCY_STRATEGY="pdi" is not known\. Did you mean pid\? Known: aimd, /,
    );
  });

  it.each(['handler', 'aimd+handler'])('cannot have "%s": nobody answers it', async (strategy) => {
    await expect(setupOf(strategy, {})).rejects.toThrow(/^\[NOT_SIMULATED\] /);
  });

  it('is refused where the module of a strategy is missing', async () => {
    await expect(setupOf('./none.mjs', {})).rejects.toThrow(/^\[STRATEGY_NOT_FOUND\] /);
  });
});
