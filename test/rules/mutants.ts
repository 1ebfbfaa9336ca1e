import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { alerts } from '#libs/dashboards';
import { promtool, type PromtoolAnswer } from './promtool.ts';

type Alert = ReturnType<typeof alerts>[number];
type QuietCase = Alert['quiet'][number];

/** An alert without the part that keeps one of its innocent cases quiet. */
export interface Mutant {
  readonly alert: Alert;
  readonly quiet: QuietCase;
  readonly expression: string;
  readonly for: string | undefined;
}

/** One for each quiet case. @throws {Error} where a case names a part that the expression does not have */
export function mutantsOf(alert: Alert): readonly Mutant[] {
  return alert.quiet.map((quiet) => {
    if (quiet.thanksTo === 'for') return { alert, quiet, expression: alert.expression, for: undefined };
    const { part, instead = '' } = quiet.thanksTo;
    if (!alert.expression.includes(part)) {
      throw new Error(`${alert.name}, "${quiet.about}": ${part} is no part of ${alert.expression}`);
    }
    return { alert, quiet, expression: alert.expression.replace(part, () => instead), for: alert.for };
  });
}

export interface MutantPlace {
  /** For its files. */
  readonly folder: string;
  /** Paths of the rules that record what it reads. */
  readonly ruleFiles: readonly string[];
}

/** It succeeds if the mutant fires in the case that is innocent. */
export function askOfMutant(mutant: Mutant, { folder, ruleFiles }: MutantPlace): PromtoolAnswer {
  const file = `mutant-${mutant.alert.name}.yaml`;
  writeFileSync(join(folder, file), stringify(mutantRules(mutant)));
  writeFileSync(join(folder, `test-${file}`), stringify(mutantTest(mutant, [...ruleFiles, file])));
  return promtool(['test', 'rules', `test-${file}`], folder);
}

/** Rule file of the mutant alone. */
function mutantRules({ alert, expression, for: lasting }: Mutant): unknown {
  const rule = { alert: alert.name, expr: expression, ...(lasting !== undefined && { for: lasting }) };
  return { groups: [{ name: 'mutant', rules: [rule] }] };
}

function mutantTest({ alert, quiet }: Mutant, ruleFiles: readonly string[]): unknown {
  const firing = `count(ALERTS{alertname="${alert.name}",alertstate="firing"}) > bool 0`;
  return {
    rule_files: ruleFiles,
    evaluation_interval: '30s',
    tests: [
      {
        name: `${alert.name}: ${quiet.about}`,
        interval: quiet.every ?? '1m',
        input_series: Object.entries(quiet.series).map(([series, values]) => ({ series, values })),
        promql_expr_test: [{ expr: firing, eval_time: quiet.at, exp_samples: [{ labels: '{}', value: 1 }] }],
      },
    ],
  };
}
