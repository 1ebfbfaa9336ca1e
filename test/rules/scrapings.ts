import { desiredQuery, scalingAlerts, type ReleaseFacts } from '#libs/dashboards';
import { autoscalingCases } from '../../libs/dashboards/autoscaling-cases.ts';
import { exampleRelease } from '../../libs/dashboards/example-release.ts';
import { matchersOf } from '../../libs/dashboards/matchers.ts';
import { expectation, recordingTest } from '../../libs/dashboards/recording-case.ts';
import { recorded } from '../../libs/dashboards/recorded.ts';
import { firingTests, quietTests, type RuleTest } from '../../libs/dashboards/rules-tests.ts';

/** A way to scrape a release, and what its rules have to know then. */
export interface Scraping {
  readonly about: string;
  readonly facts: ReleaseFacts;
  /** Of what the cases have, what scraping puts there. */
  readonly scraped: (series: string) => string;
  /** Of the number that a scaler asks for itself. */
  readonly labels: Readonly<Record<string, string>>;
}

const { namespace, release } = exampleRelease.labels;
const queue = 'local';

export const scrapings: readonly Scraping[] = [
  {
    about: 'scraped by the monitors of the chart',
    facts: exampleRelease,
    scraped: (series) => series,
    labels: { namespace, release, queue },
  },
  {
    about: 'scraped without the label release, and with a selector for it',
    facts: { ...exampleRelease, selector: matchersOf({ namespace, queue }) },
    // What rules record has the label, whoever scrapes.
    scraped: (series) => (series.startsWith('flyball_') ? series.replace(`release="${release}",`, '') : series),
    labels: { namespace, queue },
  },
];

/** Every case of the rules and of the alerts; each number is asked of the rule and of the query of a scaler. */
export function releaseTests({ facts, scraped, labels }: Scraping): readonly RuleTest[] {
  const numbers = autoscalingCases(facts).map((each) => {
    const test = recordingTest(each);
    const asked = expectation(desiredQuery(facts), `{${matchersOf(labels)}}`, each.gives[recorded.desiredReplicas]);
    return { ...test, promql_expr_test: [...test.promql_expr_test, asked] };
  });
  const alerts = scalingAlerts(facts).flatMap((alert) => [...firingTests(alert), ...quietTests(alert)]);
  return [...numbers, ...alerts].map((test) => ({
    ...test,
    input_series: test.input_series.map((input) => ({ ...input, series: scraped(input.series) })),
  }));
}
