import type { Alert, AlertCase } from './alert-definition.ts';
import { expectedAnnotations } from './alert-annotations.ts';
import { yamlOf } from './rules-document.ts';

/** One test of `promtool test rules`. */
export interface RuleTest {
  readonly name: string;
  readonly interval: string;
  readonly input_series: readonly { readonly series: string; readonly values: string }[];
  readonly [test: string]: unknown;
}

const everyFile = ['recording.yaml', 'autoscaling.yaml', 'alerts.yaml'];

export function testDocument(tests: readonly RuleTest[], ruleFiles = everyFile): string {
  return yamlOf({ rule_files: ruleFiles, evaluation_interval: '30s', tests });
}

export function firingTests(alert: Alert): readonly RuleTest[] {
  return alert.fires.map((each) => {
    const expected = {
      exp_labels: { severity: alert.severity, ...each.labels },
      exp_annotations: expectedAnnotations(alert, each),
    };
    return alertTest(alert.name, 'fires', each, [expected]);
  });
}

export function quietTests(alert: Alert): readonly RuleTest[] {
  return alert.quiet.map((each) => alertTest(alert.name, 'is quiet', each, []));
}

export function inputSeries({ series }: Pick<AlertCase, 'series'>): RuleTest['input_series'] {
  return Object.entries(series).map(([name, values]) => ({ series: name, values }));
}

function alertTest(alertname: string, verdict: string, each: AlertCase, expected: readonly unknown[]): RuleTest {
  return {
    name: `${alertname} ${verdict}: ${each.about}`,
    interval: each.every ?? '1m',
    input_series: inputSeries(each),
    alert_rule_test: [{ eval_time: each.at, alertname, exp_alerts: expected }],
  };
}
