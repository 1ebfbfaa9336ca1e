import type { Examined } from '#libs/telemetry';
import { isAbsent, works, type Choice } from './choose-source.ts';
import { failureLines } from './failure-lines.ts';
import type { Finding } from './finding.ts';
import { hasLost, sourceReport } from './source-report.ts';

/** One for each source of GPU readings; what several of them say is said once. */
export function sourceFindings(examined: readonly Examined[], choice: Choice): readonly Finding[] {
  return examined.flatMap((each, index) => {
    if (each.source === 'host') return [];
    const lines = each.failure === undefined ? sourceReport(each) : failureLines(each, examined.slice(0, index));
    return [{ mark: markOf(each, choice), what: each.source, found: [...lines, ...placeOf(each, choice)].join('\n') }];
  });
}

function markOf(examined: Examined, { used, startsWithout }: Choice): Finding['mark'] {
  const { source, rejected } = examined;
  if (works(examined)) {
    const isWhole = rejected.length === 0 && !hasLost(examined);
    return isWhole ? 'ok' : source === used ? 'FAILED' : '-';
  }
  if (used !== undefined) return '-';
  const isExcused = startsWithout === 'handler-loads' && source === 'model-server';
  return isExcused || (startsWithout === 'auto' && isAbsent(examined)) ? '-' : 'FAILED';
}

function placeOf(examined: Examined, { used }: Choice): readonly string[] {
  if (used === undefined || used === examined.source) return [];
  const other = used === 'simulated' ? 'the simulated GPU' : used;
  if (works(examined)) return [`Not used: ${other} comes first in TELEMETRY_GPU.`];
  return examined.failure?.absent === true ? [`Not needed: ${other} works.`] : [];
}
