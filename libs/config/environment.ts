export type Environment = Readonly<Record<string, string | undefined>>;

/** What a variable says; empty, or only spaces, means unset. */
export function given(environment: Environment, variable: string): string | undefined {
  const text = environment[variable]?.trim();
  return text === '' ? undefined : text;
}

/** The variables that say something. */
export function givenVariables(environment: Environment): readonly string[] {
  return Object.keys(environment).filter((variable) => given(environment, variable) !== undefined);
}

/** What a command line or a caller says wins; `undefined` says nothing. */
export function merged(environment: Environment, overrides: Environment = {}): Environment {
  const said = Object.entries(overrides).filter(([, value]) => value !== undefined);
  return { ...environment, ...Object.fromEntries(said) };
}
