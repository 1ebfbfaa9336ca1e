import type { TelemetryEvent } from '#libs/core';
import type { Plant } from '#libs/simulation';
import { gpuChoices } from './gpu-choices.ts';
import { ownDevices } from './own-devices.ts';
import { Probe } from './probe/probe.ts';
import { probeSystemIn, type ProbeSystem } from './probe/probe-system.ts';
import type { SourceSpec } from './probe/source-spec.ts';
import type { Attempts } from './sources/simulated/stand-in-jobs.ts';
import { simulatedCollector } from './sources/simulated/simulated-collector.ts';
import { Telemetry } from './telemetry.ts';
import type { Collector } from './collector.ts';

export interface TelemetrySettings {
  /** In order of preference: `auto`, `nvml`, `nvidia-smi`, `dcgm:URL`, `model-server:URL`, `sim:SCENARIO`; or `none`. */
  readonly gpu: readonly string[];
  /** Others use the device too. */
  readonly shared: boolean;
  /** ms */
  readonly interval: number;
}

export interface CreateTelemetryOptions {
  /** The worker's monotonic clock: ages, and a simulated device's time, are counted on it. */
  readonly clock: { now(): number };
  /** The probe's, its secrets aside. CUDA_VISIBLE_DEVICES and NVIDIA_VISIBLE_DEVICES say which devices are ours. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** A simulated device that something else runs jobs on, on the same clock; else `sim:` makes one. */
  readonly plant?: Plant | undefined;
  /** What runs: jobs of the scenario stand in for it on a simulated device made here. */
  readonly attempts?: Attempts | undefined;
  readonly onEvent?: ((event: TelemetryEvent) => void) | undefined;
  /** A device was there and has been gone for a minute. */
  readonly onLost?: (() => void) | undefined;
  /** Another machine than this one, or other times: for tests. */
  readonly probeSystem?: ProbeSystem | undefined;
}

/**
 * The host and the configured device, sampled from now on until closed. Real ones are read in a process of their own.
 * @throws {FlyballError} UNKNOWN_SCENARIO with the nearest known name
 */
export function createTelemetry(settings: TelemetrySettings, options: CreateTelemetryOptions): Telemetry {
  const { clock, environment, onEvent = () => undefined, onLost, probeSystem = probeSystemIn(environment) } = options;
  const now = (): number => clock.now();
  const own = ownDevices(environment);
  const choices = gpuChoices(settings.gpu, { own, intervalMs: settings.interval });
  const probed = choices.filter((choice) => choice.kind !== 'simulated');
  const probe = new Probe({
    sources: [{ kind: 'host' }, ...probed],
    intervalMs: settings.interval,
    onEvent,
    system: probeSystem,
  });
  const inProbe = (kind: SourceSpec['kind']): Collector => ({ kind, collect: () => probe.read(kind) });
  try {
    return new Telemetry({
      host: inProbe('host'),
      gpu: choices.map((choice) =>
        choice.kind === 'simulated' ? simulatedCollector(choice.scenario, options) : inProbe(choice.kind),
      ),
      intervalMs: settings.interval,
      control: { own, shared: settings.shared },
      now,
      onEvent,
      onLost,
      close: () => probe.close(),
    });
  } catch (error) {
    void probe.close();
    throw error;
  }
}
