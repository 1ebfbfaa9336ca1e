import type { AnyStrategy } from '#libs/core';
import { given, givenVariables, type Environment } from './environment.ts';
import { didYouMean } from './nearest.ts';
import { parameterFacts } from './parameter-facts.ts';
import { schema } from './schema.ts';
import { SettingsError, type SettingsProblem } from './settings-error.ts';

export type StrategyParameters = Readonly<Record<string, string | number | boolean>>;

/**
 * The parameters of a strategy that was loaded from a path, so that its name was not known before.
 * @param known the strategies whose own variables `loadSettings` has already seen to
 * @throws {SettingsError} for each parameter it refuses, and each `CONCURRENCY_` variable that belongs to nobody
 */
export function strategyParameters(
  environment: Environment,
  strategy: AnyStrategy,
  known: readonly AnyStrategy[],
): StrategyParameters {
  const all = [strategy, ...known.filter(({ name }) => name !== strategy.name)];
  const { parameters, problems } = checkedParameters(environment, strategy, all);
  const strays = unownedVariables(environment, all).map((variable) => strayProblem(environment, variable, all));
  if (problems.length + strays.length > 0) throw new SettingsError([...problems, ...strays]);
  return parameters;
}

/** What is given for one strategy, and what its own schema says against it. */
export function checkedParameters(
  environment: Environment,
  strategy: AnyStrategy,
  all: readonly AnyStrategy[],
): { readonly parameters: StrategyParameters; readonly problems: readonly SettingsProblem[] } {
  const variables = new Map(
    givenVariables(environment)
      .filter((variable) => ownerOf(variable, all) === strategy)
      .map((variable) => [camelCase(variable.slice(prefixOf(strategy.name).length)), variable]),
  );
  const parameters = Object.fromEntries(
    [...variables].map(([parameter, variable]) => [parameter, scalar(given(environment, variable) ?? '')]),
  );
  const result = strategy.config['~standard'].validate(parameters);
  if (result instanceof Promise) {
    const message = `belongs to a strategy whose schema is asynchronous. Make it synchronous`;
    return { parameters, problems: [{ variable: `${prefixOf(strategy.name)}*`, message }] };
  }
  const problems = (result.issues ?? []).flatMap((issue): readonly SettingsProblem[] => {
    const at = issue.path?.[0];
    const parameter = typeof at === 'object' ? at.key : at;
    const own = typeof parameter === 'string' ? variables.get(parameter) : undefined;
    if (own !== undefined)
      return [{ variable: own, value: given(environment, own), message: `is refused: ${issue.message}` }];
    // A strict schema names the keys it does not know in its message only.
    const unknown = [...variables].filter(([name]) => issue.message.includes(`"${name}"`));
    if (unknown.length > 0) return unknown.map(([, variable]) => unknownParameter(environment, variable, strategy));
    const variable = typeof parameter === 'string' ? variableOf(strategy, parameter) : `${prefixOf(strategy.name)}*`;
    return [{ variable, message: `is refused: ${issue.message}` }];
  });
  return { parameters, problems };
}

/** `CONCURRENCY_X_Y` variables that are no setting and no known strategy's parameter. */
export function unownedVariables(environment: Environment, strategies: readonly AnyStrategy[]): readonly string[] {
  return givenVariables(environment).filter(
    (variable) =>
      variable.startsWith('CONCURRENCY_') && !(variable in schema) && ownerOf(variable, strategies) === undefined,
  );
}

export function strayProblem(
  environment: Environment,
  variable: string,
  strategies: readonly AnyStrategy[],
): SettingsProblem {
  const known = [...Object.keys(schema), ...strategies.flatMap(parameterVariables)];
  const message = `is not a setting.${didYouMean(variable, known) || ' Unset it'}`;
  return { variable, value: given(environment, variable), message };
}

function unknownParameter(environment: Environment, variable: string, strategy: AnyStrategy): SettingsProblem {
  const known = parameterVariables(strategy);
  const list = known.length === 0 ? `${strategy.name} has no parameters` : `Known: ${known.join(', ')}`;
  const message = `is not a parameter of ${strategy.name}.${didYouMean(variable, known)} ${list}`;
  return { variable, value: given(environment, variable), message };
}

export function parameterVariables(strategy: AnyStrategy): readonly string[] {
  return parameterFacts(strategy).map(({ name }) => variableOf(strategy, name));
}

/** The strategy with the longest name that the variable begins with: `my-law` before `my`. */
function ownerOf(variable: string, strategies: readonly AnyStrategy[]): AnyStrategy | undefined {
  if (variable in schema) return undefined;
  return strategies
    .filter(({ name }) => variable.startsWith(prefixOf(name)) && variable.length > prefixOf(name).length)
    .toSorted((a, b) => b.name.length - a.name.length)[0];
}

function prefixOf(strategy: string): string {
  return `CONCURRENCY_${strategy.toUpperCase().replaceAll(/[^A-Z0-9]+/g, '_')}_`;
}

export function variableOf(strategy: AnyStrategy, parameter: string): string {
  return prefixOf(strategy.name) + parameter.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}

function camelCase(name: string): string {
  return name.toLowerCase().replaceAll(/_+([a-z0-9])/g, (_match, letter: string) => letter.toUpperCase());
}

/** Scalars before the schema sees them: coercion there would read an empty text as 0. */
function scalar(text: string): string | number | boolean {
  if (text === 'true') return true;
  if (text === 'false') return false;
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : text;
}
