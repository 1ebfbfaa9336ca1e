import { withoutSecrets } from '#libs/core';
import { given, givenVariables, merged, type Environment } from './environment.ts';
import type { LoadSettingsOptions } from './load-settings.ts';
import { schema } from './schema.ts';
import type { Setting } from './setting.ts';

export interface SettingLine {
  readonly variable: string;
  /** As written; `***` for a secret; absent = not set. */
  readonly value?: string;
  readonly from: 'default' | 'environment' | 'argument' | 'implied' | 'not set';
}

/** Every setting with its value and where it came from; does not judge them. */
export function describeSettings(environment: Environment, options: LoadSettingsOptions): readonly SettingLine[] {
  const { overrides = {} } = options;
  const all = merged(environment, overrides);
  const parameters = givenVariables(all)
    .filter((variable) => variable.startsWith('CONCURRENCY_') && !(variable in schema))
    .toSorted();
  return [...Object.keys(schema), ...parameters].map((variable) => lineOf(variable, environment, overrides));
}

function lineOf(variable: string, environment: Environment, overrides: Environment): SettingLine {
  const setting: Setting<unknown> | undefined = Object.entries<Setting<unknown>>(schema).find(
    ([name]) => name === variable,
  )?.[1];
  const shown = (text: string): string => (setting?.secret ? '***' : withoutSecrets(text));
  const argument = given(overrides, variable);
  if (argument !== undefined) return { variable, value: shown(argument), from: 'argument' };
  const said = given(environment, variable);
  if (said !== undefined && overrides[variable] === undefined)
    return { variable, value: shown(said), from: 'environment' };
  if (setting?.default !== undefined) return { variable, value: setting.default, from: 'default' };
  if (variable === 'CONCURRENCY_INITIAL') {
    const min = lineOf('CONCURRENCY_MIN', environment, overrides).value;
    return { variable, ...(min !== undefined && { value: min }), from: 'implied' };
  }
  return { variable, from: 'not set' };
}
