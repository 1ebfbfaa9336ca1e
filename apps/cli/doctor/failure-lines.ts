import type { Examined } from '#libs/telemetry';
import { span } from './reading-words.ts';

/** What happened and what to do; what was said of one source before is not said again. */
export function failureLines(examined: Examined, before: readonly Examined[] = []): readonly string[] {
  const { failure, failedAfterMs = 0, latencies, leftBehind } = examined;
  if (failure === undefined) return [];
  const { message, next } = failure;
  // Whoever gives up by itself does not say after how long.
  const waited = failedAfterMs >= 1000 && !message.includes('within') ? ` (after ${span(failedAfterMs)})` : '';
  const same = before.find((other) => other.failure?.message === message)?.source;
  const what = same === undefined ? `${message.replace(/\.$/, '')}${waited}.` : `the same as with ${same}.`;
  // Where nothing is there, what to do is the same for all and stands in the verdict.
  const isSaid =
    failure.absent === true || before.some((other) => !other.failure?.absent && other.failure?.next === next);
  return [
    `${prefixOf(failure)}: ${what}${latencies.length > 0 ? ` It had answered ${times(latencies.length)} before.` : ''}`,
    ...(leftBehind === undefined ? [] : [leftWords(leftBehind)]),
    ...(next === undefined || isSaid ? [] : [next]),
  ];
}

function prefixOf({ absent, result }: NonNullable<Examined['failure']>): string {
  if (absent === true) return 'Not here';
  return result === 'empty' ? 'No GPU' : 'Does not work';
}

function leftWords(pid: number): string {
  return `Process ${pid}, which was to read it, hangs in the kernel and cannot be ended. It goes when the driver answers or the host is rebooted.`;
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}
