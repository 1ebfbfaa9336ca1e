import type { CollectionFailure, Sample, SampledReading, SourceKind } from '#libs/core';
import { controlView, type ControlView } from './control-view.ts';
import type { TelemetrySettings } from './create-telemetry.ts';
import { gpuChoices } from './gpu-choices.ts';
import { withLost } from './lost-devices.ts';
import { ownDevices } from './own-devices.ts';
import { plausible } from './plausible.ts';
import { Probe } from './probe/probe.ts';
import { probeSystemIn, type ProbeSystem } from './probe/probe-system.ts';
import type { SourceSpec } from './probe/source-spec.ts';
import { diedBetweenReads } from './probe/verdicts.ts';

/** What reading one source a few times showed. */
export interface Examined {
  readonly source: SourceKind;
  /** Of each read that answered, ms; the first one starts the process that reads. */
  readonly latencies: readonly number[];
  /** The last one, without the numbers that cannot be. */
  readonly sample?: Sample;
  /** The numbers of the last one that cannot be. */
  readonly rejected: readonly SampledReading[];
  /** What of the last one a strategy sees. */
  readonly control?: ControlView;
  /** Ends the reads. */
  readonly failure?: CollectionFailure;
  /** How long the read took that failed, ms. */
  readonly failedAfterMs?: number;
  /** The process that read it, when nothing could end it. */
  readonly leftBehind?: number;
}

export interface ExamineOptions {
  readonly telemetry: TelemetrySettings;
  /** Of the processes that read, its secrets aside; it also says which devices are ours. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Reads of each source. */
  readonly times: number;
  /** Between two reads: shares and power need time to pass. */
  readonly pauseMs: number;
  /** Called before a source is read: one that hangs takes 15 s. */
  readonly onSource?: (source: SourceKind) => void;
  readonly system?: ProbeSystem;
}

/**
 * Reads the host and every source named, one after the other, each in a process of its own, so that one that hangs or
 * crashes takes nothing from the next. A simulated one needs no reading.
 * @throws {FlyballError} UNKNOWN_SCENARIO with the nearest known name
 */
export async function* examineSources(options: ExamineOptions): AsyncGenerator<Examined> {
  const { telemetry, environment, onSource } = options;
  const context = { own: ownDevices(environment), intervalMs: telemetry.interval };
  const chosen = gpuChoices(telemetry.gpu, context).filter((choice) => choice.kind !== 'simulated');
  for (const spec of [{ kind: 'host' } as const, ...chosen]) {
    onSource?.(spec.kind);
    yield await examine(spec, options);
  }
}

async function examine(spec: SourceSpec, options: ExamineOptions): Promise<Examined> {
  const { environment, telemetry, system = probeSystemIn(environment) } = options;
  const pids: number[] = [];
  const start: ProbeSystem['start'] = () => {
    const child = system.start();
    if (child.pid !== undefined) pids.push(child.pid);
    return child;
  };
  const died = Promise.withResolvers<string>();
  const probe = new Probe({
    sources: [spec],
    intervalMs: telemetry.interval,
    onEvent: (event) => void (event.type === 'probe-restarted' && died.resolve(event.detail)),
    system: { ...system, start },
  });
  // Nothing of a probe keeps its worker alive; whoever waits for it has to stay.
  const stay = setInterval(() => undefined, 1000);
  try {
    const examined = await readTimes({ probe, source: spec.kind, died: died.promise }, options);
    await probe.close();
    const leftBehind = pids.find((pid) => system.groupAlive(pid));
    return { ...examined, ...(leftBehind !== undefined && { leftBehind }) };
  } finally {
    await probe.close();
    clearInterval(stay);
  }
}

interface Asked {
  readonly probe: Probe;
  readonly source: SourceSpec['kind'];
  /** With how the process ended, as is known when it is started again. */
  readonly died: Promise<string>;
}

async function readTimes({ probe, source, died }: Asked, options: ExamineOptions): Promise<Examined> {
  const { environment, telemetry, times, pauseMs } = options;
  const latencies: number[] = [];
  let last: Omit<Examined, 'source' | 'latencies'> = { rejected: [] };
  for (let read = 0; read < times; read += 1) {
    if (read > 0) await pause(pauseMs);
    const collected = await Promise.race([died.then(() => undefined), probe.read(source)]);
    if (collected === undefined) {
      return { source, latencies, rejected: [], failure: diedBetweenReads(await died) };
    }
    const { durationMs } = collected;
    if ('failure' in collected) {
      return { source, latencies, rejected: [], failure: collected.failure, failedAfterMs: durationMs };
    }
    latencies.push(durationMs);
    const told = withLost(collected.sample, last.sample?.devices ?? []);
    const { sample } = plausible(told);
    const rejected = told.readings.filter((reading) => !sample.readings.includes(reading));
    const control = controlView(source, sample, { own: ownDevices(environment), shared: telemetry.shared });
    last = { sample, rejected, control };
  }
  return { source, latencies, ...last };
}

async function pause(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}
