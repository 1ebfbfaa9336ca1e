import { existsSync } from 'node:fs';
import type { DashboardQuery } from './dashboard-queries.ts';

export interface MayBeEmpty {
  /** uid of the dashboard and title, as in the test's name; `#B` is one query of a panel. */
  readonly query: string;
  readonly reason: string;
  /** Only under this condition; always, when absent. */
  readonly when?: boolean;
}

const hasCgroup2 = existsSync('/sys/fs/cgroup/cgroup.controllers');

/** Reviewed: what no worker of this test can show. A query of this list that has data after all fails. */
const mayBeEmpty: readonly MayBeEmpty[] = [];

/** Why a query has no data here; undefined for one that must have some. */
export function emptyHere({ dashboard, title, ref }: DashboardQuery): string | undefined {
  const names = [`${dashboard} › ${title}`, `${dashboard} › ${title} #${ref}`];
  return mayBeEmpty.find(({ query, when = true }) => when && names.includes(query))?.reason;
}

export const throttlingNeedsCgroup2 = !hasCgroup2;
