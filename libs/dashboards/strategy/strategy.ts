import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { dashboard } from '../build/dashboard.ts';
import { dashboardUids } from '../links.ts';
import { decisionsRow } from './decisions-row.ts';
import { loopRow } from './loop-row.ts';

/** How the strategy decides, and whether its loop runs as planned. */
export function strategy(): Dashboard {
  return dashboard({
    uid: dashboardUids.strategy,
    title: 'Flyball strategy',
    description:
      'How the strategy decides: what it wanted against what was applied, the numbers behind it, and the loop around it.',
    rows: [decisionsRow(), loopRow()],
  });
}
