import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { fleet } from './fleet/fleet.ts';
import { gpu } from './gpu/gpu.ts';
import { overview } from './overview/overview.ts';
import { runbookFiles } from './runbook-page.ts';
import { strategy } from './strategy/strategy.ts';

/** Every dashboard, in Grafana's classic JSON model. */
export function dashboards(): readonly Dashboard[] {
  return [overview(), strategy(), gpu(), fleet()];
}

/** Every generated file that Grafana reads, by its path in the repository. */
export function dashboardFiles(): Readonly<Record<string, string>> {
  const classic = dashboards().map((each) => [
    `dashboards/${each.uid}.json`,
    `${JSON.stringify(each, undefined, 2)}\n`,
  ]);
  return { ...Object.fromEntries(classic), ...runbookFiles() };
}
