import { Document, isScalar, visit, type Scalar } from 'yaml';
import { scalingAlerts } from './alerts-scaling.ts';
import type { ReleaseFacts } from './autoscaling-facts.ts';
import { autoscalingRules } from './autoscaling-rules.ts';
import { alertGroup, generatedNote, recordingGroup } from './rules-document.ts';

/** The rule file of one release: how many workers it asks for, and what can be the matter with that. */
export function releaseRules(facts: ReleaseFacts): string {
  const groups = [
    recordingGroup('flyball.autoscaling', autoscalingRules(facts), facts.labels),
    alertGroup('flyball.scaling', scalingAlerts(facts), facts.labels),
  ];
  const document = new Document({ groups }, { aliasDuplicateObjects: false });
  visit(document, {
    Pair(_, { key, value }) {
      if (isScalar(value)) value.type = styleOf(isScalar(key) ? key.value : undefined);
    },
  });
  return generatedNote + document.toString({ lineWidth: 0 });
}

/** The same whatever the text, so that the chart may put facts into it: a selector has quotes, a namespace may be `123`. */
function styleOf(key: unknown): Scalar.Type {
  return key === 'expr' ? 'BLOCK_LITERAL' : 'QUOTE_DOUBLE';
}
