import { FlyballError, withoutSecrets } from '#libs/core';

export interface SettingsProblem {
  readonly variable: string;
  /** As given; absent where it is not set or secret. */
  readonly value?: string | undefined;
  /** What is wrong and what to do, as a sentence that goes on from the variable. */
  readonly message: string;
}

/** Every problem of the settings at once, one a line. */
export class SettingsError extends FlyballError {
  readonly problems: readonly SettingsProblem[];

  constructor(problems: readonly SettingsProblem[]) {
    const count = problems.length === 1 ? 'One setting is wrong' : `${problems.length} settings are wrong`;
    const lines = problems.map((problem) => `\n  ${problemLine(problem)}`).join('');
    super('INVALID_SETTINGS', `${count}. Correct what follows and start again.${lines}`);
    this.name = 'SettingsError';
    this.problems = problems;
  }
}

function problemLine({ variable, value, message }: SettingsProblem): string {
  const shown = withoutSecrets(value ?? '').slice(0, 200);
  const given = value === undefined ? '' : `=${JSON.stringify(shown)}`;
  const said = withoutSecrets(message);
  return `${variable}${given} ${said}${/[.?!]$/.test(message) ? '' : '.'}`;
}
