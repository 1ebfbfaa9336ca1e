import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { fleet } from './fleet/fleet.ts';
import { gpu } from './gpu/gpu.ts';
import { overview } from './overview/overview.ts';
import { strategy } from './strategy/strategy.ts';

/** Every dashboard, in Grafana's classic JSON model. */
export function dashboards(): readonly Dashboard[] {
  return [overview(), strategy(), gpu(), fleet()];
}

/** Every generated dashboard file, by its path in the repository. */
export function dashboardFiles(): Readonly<Record<string, string>> {
  return Object.fromEntries(
    dashboards().map((each) => [`dashboards/${each.uid}.json`, `${JSON.stringify(each, undefined, 2)}\n`]),
  );
}
