import { find, type KubernetesObject } from './objects.ts';

export interface Rule {
  readonly alert?: string;
  readonly record?: string;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface RuleGroup {
  readonly name: string;
  readonly rules: readonly Rule[];
}

/** @throws {Error} where there is no PrometheusRule */
export function ruleGroupsOf(objects: readonly KubernetesObject[]): readonly RuleGroup[] {
  return find(objects, 'PrometheusRule').spec.groups as readonly RuleGroup[];
}

/** Of a recording rule. @throws {Error} where there is none of that name */
export function expressionOf(objects: readonly KubernetesObject[], record: string): string {
  const found = ruleGroupsOf(objects)
    .flatMap(({ rules }) => rules)
    .find((rule) => rule.record === record);
  if (found === undefined) throw new Error(`${record} is not recorded`);
  return found.expr;
}

/** What KEDA asks Prometheus. @throws {Error} where it asks nothing */
export function kedaQueryOf(objects: readonly KubernetesObject[]): string {
  const { triggers } = find(objects, 'ScaledObject').spec as {
    readonly triggers: readonly { readonly type: string; readonly metadata: Readonly<Record<string, string>> }[];
  };
  const query = triggers.find(({ type }) => type === 'prometheus')?.metadata['query'];
  if (query === undefined) throw new Error('KEDA asks no Prometheus');
  return query;
}
