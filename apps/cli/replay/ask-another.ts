import { loadSettings, type Environment } from '#libs/config';
import type { DecisionRecord, Shadow } from '#libs/core';
import { wouldAsk, type Asking } from '#libs/simulation';
import { builtInStrategies } from '#libs/strategies';
import { chooseStrategy } from '../../worker/choose-strategy.ts';

/**
 * The strategy that a worker of this environment would have under this name, with its CONCURRENCY_ parameters.
 * @throws {FlyballError} INVALID_SETTINGS, and what loading a strategy's module throws
 */
export async function chosenShadow(name: string, environment: Environment): Promise<Shadow> {
  const overrides = { CONCURRENCY_STRATEGY: name, CONCURRENCY_SHADOW: undefined };
  const settings = loadSettings(environment, { strategies: builtInStrategies, overrides });
  const { strategy, config } = await chooseStrategy(settings, builtInStrategies, environment);
  return { strategy, config };
}

/** What another strategy would have asked for, in words. */
export function askAnother(records: readonly DecisionRecord[], shadow: Shadow): string {
  const { periods, higher, lower, meanAsked, meanInForce, errors, first, some } = wouldAsk(records, shadow);
  const { name } = shadow.strategy;
  const same = periods - higher - lower;
  const asked = `mean ${short(meanAsked)} asked for, ${short(meanInForce)} in force`;
  return [
    `What ${name} would have asked for, on the recorded observations. Not what it would have achieved: it saw jobs that`,
    'ran under another limit.',
    '',
    `${periods} periods: higher in ${higher}, lower in ${lower}, the same in ${same}; ${asked}`,
    first === undefined ? 'It would have asked for no other limit.' : `First apart: ${sentence(first)}`,
    ...(errors > 0 ? [`It failed in ${errors} of them and held its limit there.`] : []),
    '',
    'seconds  in force  asked for  because',
    ...some.map(({ t, inForce, asked: limit, reason }) =>
      [seconds(t).padStart(7), short(inForce).padStart(8), short(limit).padStart(9), reason].join('  '),
    ),
  ].join('\n');
}

function sentence({ id, t, inForce, asked, reason }: Asking): string {
  return `${id}, after ${seconds(t)} s: ${short(asked)} instead of ${short(inForce)}, because ${reason}`;
}

function seconds(t: number): string {
  return (t / 1000).toFixed(0);
}

function short(limit: number): string {
  return String(Math.round(100 * limit) / 100);
}
