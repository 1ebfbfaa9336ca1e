import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { dashboard } from '../build/dashboard.ts';
import { dashboardUids } from '../links.ts';
import { demandRow } from './demand-row.ts';
import { workersRow } from './workers-row.ts';

/** All workers of a queue together: what is asked of them, what they hold, and which of them is odd. */
export function fleet(): Dashboard {
  return dashboard({
    uid: dashboardUids.fleet,
    title: 'Flyball fleet',
    description: 'All workers of a queue together: demand against capacity, the replicas that would fit, and outliers.',
    rows: [demandRow(), workersRow()],
  });
}
