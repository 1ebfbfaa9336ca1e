import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { dashboard } from '../build/dashboard.ts';
import { dashboardUids } from '../links.ts';
import { goldenSignalsRow } from './golden-signals-row.ts';
import { processRow } from './process-row.ts';
import { queueRow } from './queue-row.ts';
import { whyRow } from './why-row.ts';

/** Is it well, and why is the limit what it is. */
export function overview(): Dashboard {
  return dashboard({
    uid: dashboardUids.overview,
    title: 'Flyball overview',
    description: 'Is it well, and why is the limit what it is: goals first, then the limit and what holds it.',
    rows: [goldenSignalsRow(), whyRow(), queueRow(), processRow()],
  });
}
