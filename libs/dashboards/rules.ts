import { alerts } from './alerts.ts';
import { recordingTests } from './recording-rules-tests.ts';
import { recordingGroups } from './recording-rules.ts';
import { alertGroup, recordingGroup, ruleDocument } from './rules-document.ts';
import { firingTests, quietTests, testDocument } from './rules-tests.ts';

/** Every generated rule file, by its path in the repository. */
export function ruleFiles(): Readonly<Record<string, string>> {
  const all = alerts();
  const recording = recordingGroups().map(({ file, name, rules }) => [
    `dashboards/rules/${file}.yaml`,
    ruleDocument([recordingGroup(name, rules)]),
  ]);
  const tests = all.flatMap((alert) => [...firingTests(alert), ...quietTests(alert)]);
  return {
    ...Object.fromEntries(recording),
    'dashboards/rules/alerts.yaml': ruleDocument([alertGroup('flyball.alerts', all)]),
    'dashboards/rules/tests.yaml': testDocument([...recordingTests(), ...tests]),
  };
}
