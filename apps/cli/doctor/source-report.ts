import type { Examined } from '#libs/telemetry';
import { deviceLines } from './device-lines.ts';
import { missingLines } from './missing-lines.ts';
import { readingLines, rejectedWords, span } from './reading-words.ts';

/** A source that answered: how fast, what it says, and what it does not. */
export function sourceReport(examined: Examined): readonly string[] {
  const { source, sample, latencies, rejected } = examined;
  if (sample === undefined) return [];
  const { devices = [], readings, backend } = sample;
  return [
    `${stateOf(examined)} ${latencyLine(latencies)}`,
    ...(source === 'dcgm' ? [whenExported] : []),
    ...(rejected.length === 0 ? [] : [`Left out, as it cannot be: ${rejectedWords(rejected)}.`, whenRejected]),
    ...readingLines(readings.filter(({ gpu }) => gpu === undefined)),
    ...(backend !== undefined && readings.length === 0 ? [whenSilent] : []),
    ...devices.flatMap((device) => deviceLines(device, sample)),
    ...missingLines(sample),
  ];
}

export function hasLost({ sample }: Examined): boolean {
  const { devices = [], missing = [] } = sample ?? {};
  // Also one that did not even tell its name.
  return devices.some(({ lost }) => lost) || missing.some(({ gpu, why }) => gpu === undefined && why === 'lost');
}

export function latencyLine([first = 0, ...others]: readonly number[]): string {
  if (others.length === 0) return `1 read: ${span(first)}.`;
  const sorted = others.toSorted((a, b) => a - b);
  const median = sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
  const rest = `then ${span(median)}, at most ${span(sorted.at(-1) ?? 0)}`;
  return `${others.length + 1} reads: ${span(first)} with the start of its process, ${rest}.`;
}

function stateOf(examined: Examined): string {
  if (hasLost(examined)) return 'Answers, and a GPU is lost.';
  return examined.rejected.length > 0 ? 'Answers, with numbers that cannot be.' : 'Works.';
}

/** A few quick reads see at most one refresh: neither how often there is one, nor whether there is any still. */
const whenExported =
  'The exporter refreshes its numbers by its own interval (30 s unless set otherwise); in between they stay the same.';
const whenRejected =
  'Compare with nvidia-smi by hand; another driver, or another source in TELEMETRY_GPU, may tell what can be.';
const whenSilent = 'It tells no number yet: some servers show none before their first request.';
