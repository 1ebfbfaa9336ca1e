import type { Alert } from './alert-definition.ts';
import { alerts } from './alerts.ts';

/** While `source` fires, none of `targets` is told where the labels `equal` are the same. */
export interface Inhibition {
  readonly source: Alert['name'];
  readonly targets: readonly Alert['name'][];
  readonly equal: readonly string[];
}

const ofInstance = ['job', 'instance'];
const ofQueue = ['namespace', 'release', 'queue'];

/** For Alertmanager: one cause, one page. */
export function inhibitions(): readonly Inhibition[] {
  const all = alerts();
  const others = all.filter(({ name }) => name !== 'FlyballAbsent');
  const sameInstance = others.filter(
    ({ name, fires }) => name !== 'FlyballControllerStopped' && ofInstance.every((label) => label in fires[0].labels),
  );
  const names = (some: readonly Alert[]): readonly Alert['name'][] => some.map(({ name }) => name);
  return [
    { source: 'FlyballAbsent', targets: names(others), equal: [] },
    { source: 'FlyballControllerStopped', targets: names(sameInstance), equal: ofInstance },
    {
      source: 'FlyballErrorBudgetFast',
      targets: ['FlyballErrorBudgetSlow', 'FlyballErrorBudgetLeak'],
      equal: ofQueue,
    },
    { source: 'FlyballErrorBudgetSlow', targets: ['FlyballErrorBudgetLeak'], equal: ofQueue },
    { source: 'FlyballLatencyBudgetFast', targets: ['FlyballLatencyBudgetSlow'], equal: ofQueue },
    // Between two starts it does not answer.
    { source: 'FlyballCrashLooping', targets: ['FlyballProcessGone'], equal: ofInstance },
    // Without telemetry no device is seen, and no strategy sees one.
    { source: 'FlyballTelemetryStale', targets: ['FlyballGpuMissing', 'FlyballBlind'], equal: ofInstance },
  ];
}
