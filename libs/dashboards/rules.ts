import { alerts } from './alerts.ts';
import { recordingTests } from './recording-rules-tests.ts';
import { recordingGroups } from './recording-rules.ts';
import { alertDocument, recordingDocument } from './rules-document.ts';
import { firingTests, quietTests, testDocument } from './rules-tests.ts';

/** Every generated rule file, by its path in the repository. */
export function ruleFiles(): Readonly<Record<string, string>> {
  const all = alerts();
  const tests = all.flatMap((alert) => [...firingTests(alert), ...quietTests(alert)]);
  return {
    'dashboards/rules/recording.yaml': recordingDocument(recordingGroups()),
    'dashboards/rules/alerts.yaml': alertDocument(all),
    'dashboards/rules/tests.yaml': testDocument([...recordingTests(), ...tests]),
  };
}
