import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hasRedis } from '../fixtures/redis-server.ts';
import type { DashboardQuery } from './dashboard-queries.ts';

export interface MayBeEmpty {
  /** uid of the dashboard and title, as in the test's name; `#B` is one query of a panel. */
  readonly query: string;
  readonly reason: string;
  /** Only under this condition; always, when absent. */
  readonly when?: boolean;
}

/** Reviewed: what no worker of this test can show. A query of this list that has data after all fails. */
const mayBeEmpty: readonly MayBeEmpty[] = [
  {
    query: 'flyball-fleet › Workers by kind',
    reason: 'only gateways of a shared queue count workers, and there is no redis-server here',
    when: !hasRedis,
  },
  {
    query: 'flyball-overview › Processors of the host or cgroup #B',
    reason: 'no kernel accounts throttling to the group of this process',
    when: !isThrottlingCounted(),
  },
];

/** Why a query has no data here; undefined for one that must have some. */
export function emptyHere({ dashboard, title, ref }: DashboardQuery): string | undefined {
  const names = [`${dashboard} › ${title}`, `${dashboard} › ${title} #${ref}`];
  return mayBeEmpty.find(({ query, when = true }) => when && names.includes(query))?.reason;
}

/** As cgroup v2 does, everywhere but in the root group. */
function isThrottlingCounted(): boolean {
  const own = /^0::(.*)$/m.exec(text('/proc/self/cgroup'))?.[1] ?? '/';
  return [own, '/'].some((group) => text(join('/sys/fs/cgroup', group, 'cpu.stat')).includes('throttled_usec'));
}

function text(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}
