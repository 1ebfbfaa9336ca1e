import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { FlyballError, parseRecord, type AnyStrategy, type DecisionRecord } from '#libs/core';
import { replay as replayRecords } from '#libs/simulation';
import { builtInStrategies } from '#libs/strategies';
import { isStrategyPath } from '#libs/config';
import { loadStrategy } from '../worker/load-strategy.ts';

/** `flyball replay LOG [STRATEGY.mjs …]`: recomputes every decision of a log. Status 1 where one is not found again. */
export async function replay([path, ...modules]: readonly string[]): Promise<number> {
  const strange = modules.find((word) => !isStrategyPath(word));
  if (strange !== undefined) {
    throw new FlyballError(
      'BAD_ARGUMENT',
      `"${strange}" is no path. After the log come modules of strategies, such as ./mine.mjs.`,
    );
  }
  if (path === undefined) {
    throw new FlyballError(
      'NO_LOG',
      'There is no decision log. Name the file that DECISION_LOG named: flyball replay LOG.',
    );
  }
  const own = await Promise.all(modules.map((module) => loadStrategy(module)));
  const strategies: readonly AnyStrategy[] = [...own, ...builtInStrategies];
  const records = await readRecords(path).catch((cause: unknown) => {
    if (cause instanceof FlyballError) throw cause;
    throw new FlyballError(
      'NO_LOG',
      `${path} cannot be read: ${String(cause)}. Name the file that DECISION_LOG named.`,
      { cause },
    );
  });
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

async function readRecords(path: string): Promise<readonly DecisionRecord[]> {
  const records: DecisionRecord[] = [];
  let line = 0;
  for await (const text of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
    line += 1;
    try {
      if (text !== '') records.push(parseRecord(text));
    } catch (cause) {
      // A process that was killed may have left half a line; what follows is whole again.
      if (!(cause instanceof FlyballError) || cause.code !== 'BAD_RECORD') throw cause;
      console.error(`line ${line}: ${cause.message}`);
    }
  }
  return records;
}
