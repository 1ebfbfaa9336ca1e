import type { schema, SettingName } from './schema.ts';
import type { Setting } from './setting.ts';

/** What each variable came to; absent = not set, or wrong. */
export type Values = {
  readonly [Name in SettingName]?: (typeof schema)[Name] extends Setting<infer Value> ? Value : never;
};

type WithoutDefault =
  | 'CONCURRENCY_INITIAL'
  | 'CONCURRENCY_SHADOW'
  | 'LATENCY_TARGET'
  | 'HANDLER'
  | 'API_KEYS'
  | 'ADMIN_KEYS'
  | 'AUTH'
  | 'DECISION_LOG';

/** Values without a problem among them: what has a default is there. */
export type CompleteValues = Required<Omit<Values, WithoutDefault>> & Pick<Values, WithoutDefault>;

/** A strategy module rather than the name of a strategy. */
export function isStrategyPath(strategy: string): boolean {
  return strategy.includes('/') || /\.(mjs|js|ts)$/.test(strategy);
}
