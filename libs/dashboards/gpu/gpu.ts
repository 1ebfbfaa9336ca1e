import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { dashboard } from '../build/dashboard.ts';
import { dashboardUids } from '../links.ts';
import { devicesRow } from './devices-row.ts';
import { healthRow } from './health-row.ts';
import { migRow } from './mig-row.ts';
import { modelServerRow } from './model-server-row.ts';

/** The devices, the model server on them, and whether what is read of both can be believed. */
export function gpu(): Dashboard {
  return dashboard({
    uid: dashboardUids.gpu,
    title: 'Flyball GPU',
    description: 'Each device as its worker reads it, the model server, and the health of the telemetry itself.',
    rows: [devicesRow(), migRow(), modelServerRow(), healthRow()],
  });
}
