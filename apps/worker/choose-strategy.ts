import { isStrategyPath, strategyParameters, type Environment, type Settings } from '#libs/config';
import { FlyballError, leastOf, type AnyStrategy, type Shadow } from '#libs/core';
import { loadStrategy } from './load-strategy.ts';

/** What sets the limit, as the controller's setup takes it. */
export interface ChosenStrategy {
  /** Of several the one that takes the least: its name joins theirs by `+`. */
  readonly strategy: AnyStrategy;
  /** Output of its schema: defaults filled in. */
  readonly config: unknown;
  /** They compute and are recorded, and do not act. */
  readonly shadows?: readonly Shadow[];
}

/**
 * What CONCURRENCY_STRATEGY and CONCURRENCY_SHADOW name, with their parameters: known strategies, or ones loaded from a
 * path.
 * @throws {FlyballError} STRATEGY_NOT_FOUND, NOT_A_STRATEGY, SAME_STRATEGY, INVALID_SETTINGS
 */
export async function chooseStrategy(
  settings: Settings,
  known: readonly AnyStrategy[],
  environment: Environment,
): Promise<ChosenStrategy> {
  const { strategies: names, shadows: shadowNames, parameters } = settings.concurrency;
  const used = await Promise.all(
    [...names, ...shadowNames].map(async (name) => ({ name, strategy: await found(name, known) })),
  );
  refuseSame(used);
  const loaded = used.filter(({ name }) => isStrategyPath(name)).map(({ strategy }) => strategy);
  const all = [...loaded, ...known.filter(({ name }) => loaded.every((each) => each.name !== name))];
  const configured = used.map(({ name, strategy }) => {
    const given = isStrategyPath(name) ? strategyParameters(environment, strategy, all) : (parameters[name] ?? {});
    return { strategy, config: validated(strategy, given) };
  });
  const shadows = configured.slice(names.length);
  return { ...together(configured.slice(0, names.length)), ...(shadows.length > 0 && { shadows }) };
}

function together(members: readonly Shadow[]): ChosenStrategy {
  const [first, ...others] = members;
  if (first === undefined) throw new FlyballError('UNKNOWN_STRATEGY', 'CONCURRENCY_STRATEGY names no strategy.');
  if (others.length === 0) return first;
  return { strategy: leastOf(members.map(({ strategy }) => strategy)), config: members.map(({ config }) => config) };
}

async function found(name: string, known: readonly AnyStrategy[]): Promise<AnyStrategy> {
  if (isStrategyPath(name)) return loadStrategy(name);
  const strategy = known.find((each) => each.name === name);
  if (strategy === undefined) throw new FlyballError('UNKNOWN_STRATEGY', `The strategy "${name}" is not known.`);
  return strategy;
}

/** In the record a strategy goes by its name alone. */
function refuseSame(used: readonly { readonly name: string; readonly strategy: AnyStrategy }[]): void {
  const names = used.map(({ strategy }) => strategy.name);
  const twice = used.filter(({ strategy }, index) => names.indexOf(strategy.name) !== index)[0];
  if (twice === undefined) return;
  throw new FlyballError(
    'SAME_STRATEGY',
    `"${twice.name}" is one more strategy with the name "${twice.strategy.name}". Give it another name.`,
  );
}

function validated(strategy: AnyStrategy, parameters: unknown): unknown {
  const result = strategy.config['~standard'].validate(parameters);
  if (!(result instanceof Promise) && result.issues === undefined) return result.value;
  const why =
    result instanceof Promise ? 'its schema is asynchronous' : result.issues?.map(({ message }) => message).join('; ');
  throw new FlyballError('INVALID_SETTINGS', `The parameters of the strategy "${strategy.name}" are refused: ${why}.`);
}
