import { parseArgs } from 'node:util';
import { isStrategyPath } from '#libs/config';
import { FlyballError } from '#libs/core';

export interface ReplayRequest {
  readonly log: string;
  /** Modules of strategies of which the log tells. */
  readonly modules: readonly string[];
  /** Another strategy to be asked: a name, several joined by `+`, or a path. */
  readonly strategy?: string;
}

/**
 * What the words after `flyball replay` ask for.
 * @throws {FlyballError} NO_LOG, BAD_ARGUMENT
 */
export function replayRequest(args: readonly string[]): ReplayRequest {
  // Not strict: its messages speak to programmers.
  const { values, tokens, positionals } = parseArgs({
    args: [...args],
    options: { strategy: { type: 'string' } },
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const unknown = tokens.find((token) => token.kind === 'option' && token.name !== 'strategy');
  if (unknown?.kind === 'option') {
    throw new FlyballError('BAD_ARGUMENT', `${unknown.rawName} is not known. Known: --strategy.`);
  }
  const { strategy } = values;
  if (strategy === '' || (strategy !== undefined && typeof strategy !== 'string')) {
    throw new FlyballError('BAD_ARGUMENT', '--strategy has no value. Write --strategy pid.');
  }
  const [log, ...modules] = positionals;
  const strange = modules.find((word) => !isStrategyPath(word));
  if (strange !== undefined) {
    throw new FlyballError(
      'BAD_ARGUMENT',
      `"${strange}" is no path. After the log come modules of strategies, such as ./mine.mjs.`,
    );
  }
  if (log === undefined) {
    const message = 'There is no decision log. Name the file that DECISION_LOG named: flyball replay LOG.';
    throw new FlyballError('NO_LOG', message);
  }
  return { log, modules, ...(strategy !== undefined && { strategy }) };
}
