import type { CollectionFailure, Sample, SourceKind } from '#libs/core';
import { gpuChoices, type GpuChoice } from './gpu-choices.ts';
import { ownDevices } from './own-devices.ts';
import { plausible } from './plausible.ts';
import { Probe } from './probe/probe.ts';
import type { SourceSpec } from './probe/source-spec.ts';
import type { Collected } from './collector.ts';

/** What reading one source a few times showed. */
export interface Examined {
  readonly source: SourceKind;
  /** Of each read that answered, ms. */
  readonly latencies: readonly number[];
  /** The last one. */
  readonly sample?: Sample;
  /** Readings whose numbers cannot be. */
  readonly rejected: readonly string[];
  readonly failure?: CollectionFailure;
}

export interface ExamineOptions {
  /** As TELEMETRY_GPU has it. */
  readonly gpu: readonly string[];
  readonly intervalMs: number;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Reads of each source. */
  readonly times: number;
  /** Between two reads: shares and power need time to pass. */
  readonly pauseMs: number;
  /** Called before a source is read: one that hangs takes 15 s. */
  readonly onSource?: (source: SourceKind) => void;
}

/**
 * Reads the host and every source named, one after the other, each in a process of its own, so that one that hangs or
 * crashes takes nothing from the next.
 */
export async function* examineSources(options: ExamineOptions): AsyncGenerator<Examined> {
  const context = { own: ownDevices(options.environment), intervalMs: options.intervalMs };
  const chosen = gpuChoices(options.gpu, context);
  for (const spec of [{ kind: 'host' } as const, ...chosen]) {
    if (!isProbed(spec)) continue;
    options.onSource?.(spec.kind);
    yield await examine(spec, options);
  }
}

function isProbed(choice: GpuChoice | SourceSpec): choice is SourceSpec {
  return choice.kind !== 'simulated';
}

async function examine(spec: SourceSpec, { intervalMs, times, pauseMs }: ExamineOptions): Promise<Examined> {
  const notices: string[] = [];
  const probe = new Probe({
    sources: [spec],
    intervalMs,
    onEvent: (event) => void (event.type === 'probe-restarted' && notices.push(event.detail)),
  });
  const latencies: number[] = [];
  let sample: Sample | undefined;
  let rejected: readonly string[] = [];
  // Nothing of a probe keeps its worker alive; whoever waits for it has to stay.
  const stay = setInterval(() => undefined, 1000);
  try {
    for (let read = 0; read < times; read += 1) {
      if (read > 0) await new Promise((done) => setTimeout(done, pauseMs));
      const collected: Collected | undefined = await probe.read(spec.kind);
      if (collected === undefined) return gone(spec.kind, notices);
      if ('failure' in collected) return { source: spec.kind, latencies, rejected, failure: collected.failure };
      latencies.push(collected.durationMs);
      ({ sample, rejected } = plausible(collected.sample));
    }
    return { source: spec.kind, latencies, rejected, ...(sample && { sample }) };
  } finally {
    await probe.close();
    clearInterval(stay);
  }
}

/** The probe is not there: it could not be started, or died before anybody asked. */
function gone(source: SourceKind, notices: readonly string[]): Examined {
  const message = `the probe process is not running${notices.length > 0 ? `: ${notices.join('; ')}` : ''}`;
  const next = 'Look whether a process of Node can be started here (memory, number of processes).';
  return { source, latencies: [], rejected: [], failure: { result: 'spawn', message, next } };
}
