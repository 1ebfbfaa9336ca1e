import type { DashboardVariable } from './dashboard-queries.ts';

/** What stands for each variable. */
export type Variables = ReadonlyMap<string, string>;

/** Covers well over four scrapes of one second. */
export const rateInterval = '15s';
const builtIn: Readonly<Record<string, string>> = {
  __rate_interval: rateInterval,
  __interval: '2s',
  __interval_ms: '2000',
  __range: '1m',
  __range_s: '60',
  __range_ms: '60000',
};

/** Every variable at All, but for those that are chosen. */
export function variablesOf(
  list: readonly DashboardVariable[],
  chosen: Readonly<Record<string, string>> = {},
): Variables {
  const own = list.map(({ name }): [string, string] => [name, chosen[name] ?? '.*']);
  return new Map([...Object.entries(builtIn), ...own]);
}

/**
 * `$name`, `${name}`, `${name:format}` and `[[name]]`; `$1` is none of Grafana's.
 * @throws for a variable that the dashboard does not have
 */
export function withVariables(text: string, variables: Variables): string {
  return text.replaceAll(/\$\{(\w+)(?::\w+)?\}|\$(\w+)|\[\[(\w+)(?::\w+)?\]\]/g, (whole, ...names) => {
    const name = String(names.find((each) => typeof each === 'string'));
    if (/^\d+$/.test(name)) return whole;
    const value = variables.get(name);
    if (value === undefined) throw new Error(`$${name} is no variable of this dashboard: ${text}`);
    return value;
  });
}
