export type Parsed<Value> = { readonly value: Value } | { readonly wrong: string };

/** One variable of the environment: what it means, what it may be, what it is when unset. */
export interface Setting<Value> {
  readonly kind: 'text' | 'integer' | 'number' | 'duration' | 'boolean' | 'choice' | 'list' | 'keys';
  readonly meaning: string;
  readonly allowed: string;
  /** As it would be written in the environment; absent = nothing. */
  readonly default?: string;
  /** In words, where it follows from another setting. */
  readonly implied?: string;
  readonly secret?: true;
  /** Of numbers. */
  readonly range?: { readonly min: number; readonly max: number };
  /** Of a choice. */
  readonly choices?: readonly string[];
  /** Of a text: a regular expression that RE2 knows too. */
  readonly pattern?: string;
  /** Never throws; `wrong` says what is wrong and what to do, without repeating the value. */
  parse(text: string): Parsed<Value>;
}

interface Words {
  readonly meaning: string;
  readonly default?: string;
  readonly implied?: string;
}

export function text(
  words: Words & { readonly allowed: string; readonly pattern?: string },
  check: (text: string) => string | undefined,
) {
  return setting<string>({ kind: 'text', ...words }, (value) => {
    const wrong = check(value);
    return wrong === undefined ? { value } : { wrong };
  });
}

export function integer(words: Words & { readonly min: number; readonly max: number }): Setting<number> {
  const { min, max, ...rest } = words;
  const allowed = `a whole number from ${min} to ${max}`;
  return setting<number>({ kind: 'integer', allowed, range: { min, max }, ...rest }, (value) => {
    const number = /^[+-]?\d+$/.test(value) ? Number(value) : NaN;
    return number >= min && number <= max ? { value: number } : { wrong: `is not ${allowed}` };
  });
}

export function number(words: Words & { readonly min: number; readonly max: number }): Setting<number> {
  const { min, max, ...rest } = words;
  const allowed = `a number from ${min} to ${max}`;
  return setting<number>({ kind: 'number', allowed, range: { min, max }, ...rest }, (value) => {
    const said = /^[+-]?(\d+\.?\d*|\.\d+)$/.test(value) ? Number(value) : NaN;
    return said >= min && said <= max ? { value: said } : { wrong: `is not ${allowed}` };
  });
}

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** In ms. */
export function duration(words: Words & { readonly min: string; readonly max: string }): Setting<number> {
  const { min, max, ...rest } = words;
  const allowed = `a duration from ${min} to ${max}, such as 500ms, 2s, 1m, 1h`;
  const [lowest, highest] = [durationMs(min) ?? 0, durationMs(max) ?? Infinity];
  return setting<number>({ kind: 'duration', allowed, ...rest }, (value) => {
    if (/^[\d.]+$/.test(value) && Number(value) !== 0) {
      return { wrong: `has no unit. Write ${value}ms, ${value}s, ${value}m or ${value}h` };
    }
    const ms = durationMs(value);
    return ms !== undefined && ms >= lowest && ms <= highest ? { value: ms } : { wrong: `is not ${allowed}` };
  });
}

/** `10m` as ms; undefined for what is no duration. A number without a unit is ms. */
export function durationMs(value: string): number | undefined {
  const [, number, unit = 'ms'] = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(value) ?? [];
  return number === undefined ? undefined : Number(number) * (unitMs[unit] ?? NaN);
}

export function boolean(words: Words): Setting<boolean> {
  return setting<boolean>({ kind: 'boolean', allowed: '`true` or `false`', ...words }, (value) => {
    if (value === 'true' || value === '1') return { value: true };
    if (value === 'false' || value === '0') return { value: false };
    return { wrong: 'is neither true nor false' };
  });
}

export function choice<const Choice extends string>(choices: readonly Choice[], words: Words): Setting<Choice> {
  const allowed = choices.map((each) => `\`${each}\``).join(', ');
  return setting<Choice>({ kind: 'choice', allowed, choices, ...words }, (value) => {
    const found = choices.find((each) => each === value);
    return found === undefined ? { wrong: `is not one of: ${choices.join(', ')}` } : { value: found };
  });
}

export function setting<Value>(
  words: Omit<Setting<Value>, 'parse'>,
  parse: (text: string) => Parsed<Value>,
): Setting<Value> {
  return { ...words, parse };
}
