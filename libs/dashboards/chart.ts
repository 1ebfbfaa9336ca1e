import { releaseTokens } from './autoscaling-facts.ts';
import { desiredQuery } from './autoscaling-rules.ts';
import { dashboardFiles } from './dashboards.ts';
import { releaseRules } from './release-rules.ts';
import { ruleFiles } from './rules.ts';

/** Every generated file of the chart, by its path in the repository: copies, and what each release fills in for itself. */
export function chartFiles(): Readonly<Record<string, string>> {
  const copies = Object.entries({ ...dashboardFiles(), ...ruleFiles() })
    .filter(([path]) => copied.test(path))
    .map(([path, text]) => [`helm/flyball/${path.replace(/^dashboards\/rules/, 'rules')}`, text]);
  return {
    ...Object.fromEntries(copies),
    'helm/flyball/rules/release.yaml': releaseRules(releaseTokens),
    'helm/flyball/rules/desired.promql': `${desiredQuery(releaseTokens)}\n`,
  };
}

/** Not the rules of autoscaling: the release's stand in their place. */
const copied = /^dashboards\/([^/]+\.json|rules\/(recording|alerts)\.yaml)$/;
