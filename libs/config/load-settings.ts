import type { AnyStrategy } from '#libs/core';
import { crossChecks } from './cross-checks.ts';
import { given, givenVariables, merged, type Environment } from './environment.ts';
import { didYouMean } from './nearest.ts';
import { schema } from './schema.ts';
import type { Setting } from './setting.ts';
import { SettingsError, type SettingsProblem } from './settings-error.ts';
import { settingsOf } from './settings-of.ts';
import type { Settings } from './settings.ts';
import { checkedParameters, strayProblem, unownedVariables } from './strategy-parameters.ts';
import { isStrategyPath, type CompleteValues, type Values } from './values.ts';

export interface LoadSettingsOptions {
  /** The strategies that have a name. */
  readonly strategies: readonly AnyStrategy[];
  /** Wins over the environment, in its own spelling: what a command line or a caller says. */
  readonly overrides?: Environment | undefined;
}

/** Variables that begin so are ours: an unknown one is a mistake. */
const ownPrefixes = ['CONCURRENCY_', 'QUEUE_', 'TELEMETRY_', 'LATENCY_', 'DECISION_', 'DRAIN_'];
const laterStrategies = ['vegas', 'gradient'];

/**
 * The environment as typed settings. Reads nothing but what it is given.
 * @throws {SettingsError} with every problem there is
 */
export function loadSettings(environment: Environment, options: LoadSettingsOptions): Settings {
  const { strategies } = options;
  const all = merged(environment, options.overrides);
  const { values, problems } = parseAll(all);
  const { CONCURRENCY_STRATEGY: inForce = [], CONCURRENCY_SHADOW: shadows = [] } = values;
  const used = [...inForce, ...shadows];
  const checked = strategies.map((strategy) => ({ strategy, ...checkedParameters(all, strategy, strategies) }));
  // A strategy that is neither used nor spoken of may need parameters that nobody has to give.
  const concerned = checked.filter(
    ({ strategy, parameters }) => used.includes(strategy.name) || Object.keys(parameters).length > 0,
  );
  const found = [
    ...problems,
    ...wrongStrategies('CONCURRENCY_STRATEGY', inForce, strategies),
    ...wrongStrategies('CONCURRENCY_SHADOW', shadows, strategies),
    ...idleShadows(inForce, shadows, strategies),
    ...concerned.flatMap((each) => each.problems),
    ...unknownVariables(all, strategies, used),
    ...crossChecks(values, all),
  ];
  if (found.length > 0) throw new SettingsError(found);
  const spokenOf = concerned.filter(({ parameters }) => Object.keys(parameters).length > 0);
  const parameters = Object.fromEntries(spokenOf.map(({ strategy, parameters }) => [strategy.name, parameters]));
  return settingsOf(values as CompleteValues, given(all, 'CONCURRENCY_MAX') !== undefined, parameters);
}

function parseAll(environment: Environment): {
  readonly values: Values;
  readonly problems: readonly SettingsProblem[];
} {
  const values: Record<string, unknown> = {};
  const problems: SettingsProblem[] = [];
  for (const [variable, setting] of Object.entries<Setting<unknown>>(schema)) {
    const said = given(environment, variable);
    const text = said ?? impliedBy(environment, variable) ?? setting.default;
    if (text === undefined) continue;
    const parsed = setting.parse(text);
    if ('value' in parsed) values[variable] = parsed.value;
    else problems.push({ variable, value: setting.secret ? undefined : text, message: parsed.wrong });
  }
  return { values, problems };
}

/** RunPod's variables mean RunPod's queue; an own one beside it would wait for jobs that never come. */
function impliedBy(environment: Environment, variable: string): string | undefined {
  const isRunpod = given(environment, 'RUNPOD_WEBHOOK_GET_JOB') !== undefined;
  return variable === 'QUEUE_URL' && isRunpod ? 'runpod:' : undefined;
}

function wrongStrategies(
  variable: string,
  names: readonly string[],
  strategies: readonly AnyStrategy[],
): readonly SettingsProblem[] {
  const known = strategies.map((strategy) => strategy.name);
  return names
    .filter((name) => !isStrategyPath(name) && !known.includes(name))
    .map((name) => {
      const why = laterStrategies.includes(name) ? 'is not in this version of Flyball.' : 'is not known.';
      const message = `${why}${didYouMean(name, known)} Known: ${known.join(', ')}, or the path of a strategy module`;
      return { variable, value: name, message };
    });
}

/** It would say what the record says already. */
function idleShadows(
  inForce: readonly string[],
  shadows: readonly string[],
  strategies: readonly AnyStrategy[],
): readonly SettingsProblem[] {
  return shadows
    .filter((name) => inForce.includes(name) && (isStrategyPath(name) || strategies.some((each) => each.name === name)))
    .map((value) => ({ variable: 'CONCURRENCY_SHADOW', value, message: 'sets the limit already. Remove it here' }));
}

function unknownVariables(
  environment: Environment,
  strategies: readonly AnyStrategy[],
  used: readonly string[],
): readonly SettingsProblem[] {
  const others = givenVariables(environment).filter(
    (variable) => !variable.startsWith('CONCURRENCY_') && ownPrefixes.some((prefix) => variable.startsWith(prefix)),
  );
  const unowned = unownedVariables(environment, strategies).filter(
    // Whose they are is known when the module is loaded: `strategyParameters` checks them.
    (variable) => !(used.some(isStrategyPath) && /^CONCURRENCY_[A-Z0-9]+_./.test(variable)),
  );
  const unknown = [...others.filter((variable) => !(variable in schema)), ...unowned];
  return unknown.map((variable) => strayProblem(environment, variable, strategies));
}
