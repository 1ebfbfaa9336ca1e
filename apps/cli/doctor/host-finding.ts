import type { Examined } from '#libs/telemetry';
import { failureLines } from './failure-lines.ts';
import type { Finding } from './finding.ts';
import { inUnits, readingLines } from './reading-words.ts';
import { latencyLine } from './source-report.ts';

/** CPU, memory and pressure, and whether they are ours or the whole machine's. */
export function hostFinding(examined: Examined): Finding {
  const { sample, latencies } = examined;
  if (sample === undefined) return { mark: 'FAILED', what: 'host', found: failureLines(examined).join('\n') };
  const { readings, missing } = sample;
  const main = readings.filter(({ name }) => !name.startsWith('host.pressure.'));
  const pressure = readings.filter(({ name }) => name.startsWith('host.pressure.'));
  const isMissing = (name: string): boolean => missing.some((each) => each.name === name);
  const waits = pressure.map(({ name, value }) => `${nouns[name.slice(14)]} ${inUnits(name, value)}`);
  const lines = [
    latencyLine(latencies),
    ...readingLines(main),
    waits.length > 0
      ? `of the last 10 s something waited ${waits.join(', ')}`
      : 'Pressure is not told: this kernel does not count it (PSI).',
    // Only a cgroup of version 2 counts how long it was throttled.
    ...(isMissing('host.cpu.throttled') ? [machineWords] : []),
  ];
  return { mark: 'ok', what: 'host', found: lines.join('\n') };
}

const machineWords =
  "CPU is the whole machine's: there is no cgroup (version 2) that counts what this container or service uses.";

const nouns: Readonly<Record<string, string>> = { cpu: 'for CPU', memory: 'for memory', io: 'for disks' };
