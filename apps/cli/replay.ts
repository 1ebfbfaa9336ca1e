import { FlyballError, type AnyStrategy, type DecisionRecord } from '#libs/core';
import { replay as replayRecords } from '#libs/simulation';
import { builtInStrategies } from '#libs/strategies';
import { loadStrategy } from '../worker/load-strategy.ts';
import { askAnother, chosenShadow } from './replay/ask-another.ts';
import { readLog } from './replay/read-log.ts';
import { replayRequest } from './replay/replay-request.ts';

/** What the user can correct. */
const correctable = [
  'BAD_ARGUMENT',
  'NO_LOG',
  'NEWER_RECORD',
  'UNKNOWN_STRATEGY',
  'STRATEGY_NOT_FOUND',
  'NOT_A_STRATEGY',
];

/**
 * `flyball replay LOG [STRATEGY.mjs …]`: recomputes every decision of a log. Status 1 where one is not found again.
 * `flyball replay LOG --strategy NAME`: what another strategy would have asked for.
 */
export async function replay(args: readonly string[]): Promise<number> {
  try {
    const { log, modules, strategy } = replayRequest(args);
    if (strategy === undefined) return await findAgain(await readLog(log), modules);
    const shadow = await chosenShadow(strategy, process.env);
    console.log(askAnother(await readLog(log), shadow));
    return 0;
  } catch (error) {
    if (!(error instanceof FlyballError) || !correctable.includes(error.code)) throw error;
    console.error(error.message);
    return 2;
  }
}

async function findAgain(records: readonly DecisionRecord[], modules: readonly string[]): Promise<number> {
  const own = await Promise.all(modules.map((module) => loadStrategy(module)));
  const strategies: readonly AnyStrategy[] = [...own, ...builtInStrategies];
  const { replayed, changes, skipped, difference } = replayRecords(records, (name) =>
    strategies.find((strategy) => strategy.name === name),
  );
  console.log(
    `${replayed} decisions found again, ${changes} of them changes of the limit; ${skipped} before a checkpoint`,
  );
  if (difference === undefined) return replayed > 0 ? 0 : 1;
  const { id, path: where, recorded, replayed: found } = difference;
  if (where === 'strategy' && found === undefined) {
    const name = String(recorded);
    throw new FlyballError(
      'UNKNOWN_STRATEGY',
      `The log is of the strategy "${name}". Give its module: flyball replay LOG ./${name}.mjs.`,
    );
  }
  console.log(`The first that differs is ${id}, at ${where}:`);
  console.log(`  recorded ${JSON.stringify(recorded)}\n  replayed ${JSON.stringify(found)}`);
  return 1;
}
