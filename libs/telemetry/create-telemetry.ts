import { closest } from 'fastest-levenshtein';
import { FlyballError, type TelemetrySource } from '#libs/core';
import { Plant, Random, watchedScenarios, type Scenario } from '#libs/simulation';
import { HostSource } from './host.ts';
import { Sampler } from './sampler.ts';
import { SimulatedSource } from './simulated.ts';
import { StandInJobs } from './stand-in-jobs.ts';
import type { SourceChange } from './source-reader.ts';

export interface TelemetrySettings {
  /** In order of preference: `auto`, `none`, `sim:SCENARIO`. */
  readonly gpu: readonly string[];
  /** ms */
  readonly interval: number;
}

export interface TelemetryOptions {
  /** The worker's monotonic clock: ages, and a simulated device's time, are counted on it. */
  readonly clock: { now(): number };
  /** A simulated device that something else runs jobs on, on the same clock; else `sim:` makes one. */
  readonly plant?: Plant | undefined;
  /** Attempts running: jobs of the scenario stand in for them on a simulated device made here. */
  readonly inFlight?: (() => number) | undefined;
  readonly onSource?: ((change: SourceChange) => void) | undefined;
}

/**
 * The host and the configured device, sampled from now on until closed.
 * @throws {FlyballError} UNKNOWN_SCENARIO, UNKNOWN_TELEMETRY with the nearest known name
 */
export function createTelemetry(settings: TelemetrySettings, options: TelemetryOptions): Sampler {
  const now = (): number => options.clock.now();
  const gpu = settings.gpu.map((choice) => gpuSource(choice, options)).find((source) => source !== undefined);
  const sources: readonly TelemetrySource[] = [new HostSource(now), ...(gpu === undefined ? [] : [gpu])];
  return new Sampler({ sources, intervalMs: settings.interval, onSource: options.onSource });
}

/** `auto` finds no device yet: the real ones are sources to come. */
function gpuSource(choice: string, options: TelemetryOptions): TelemetrySource | undefined {
  if (choice === 'auto' || choice === 'none') return undefined;
  const now = (): number => options.clock.now();
  const [kind, scenario] = choice.split(':', 2);
  if (kind !== 'sim' || scenario === undefined) {
    throw new FlyballError(
      'UNKNOWN_TELEMETRY',
      `TELEMETRY_GPU="${choice}" is not known. Known: auto, none, ${simulations.join(', ')}.`,
    );
  }
  const found = scenarioNamed(scenario);
  if (options.plant !== undefined) return new SimulatedSource(options.plant, now);
  const plant = new Plant({ ...found.plant, outOfMemory: 'job' }, new Random(1));
  const standIns = options.inFlight && new StandInJobs(plant, found, options.inFlight);
  return new SimulatedSource(plant, now, standIns && ((t) => standIns.match(t)));
}

function scenarioNamed(name: string): Scenario {
  const found = Object.values<Scenario>(watchedScenarios).find((each) => each.name === name);
  if (found !== undefined) return found;
  const nearest = closest(`sim:${name}`, simulations);
  throw new FlyballError(
    'UNKNOWN_SCENARIO',
    `TELEMETRY_GPU="sim:${name}" is not known. Did you mean "${nearest}"? Known: ${simulations.join(', ')}.`,
  );
}

const simulations = Object.keys(watchedScenarios).map((name) => `sim:${name}`);
