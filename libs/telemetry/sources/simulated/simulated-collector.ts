import { Plant, Random, type Scenario } from '#libs/simulation';
import { collectFrom, type Collector } from '../../collector.ts';
import { SimulatedSource } from './simulated-source.ts';
import { StandInJobs, type Attempts } from './stand-in-jobs.ts';

export interface SimulatedCollectorOptions {
  readonly clock: { now(): number };
  /** A device that something else runs jobs on; else one is made. */
  readonly plant?: Plant | undefined;
  /** Jobs of the scenario stand in for them on a device made here. */
  readonly attempts?: Attempts | undefined;
}

/** A simulated device in our own process: it cannot hang, and whoever runs jobs on it shares our clock. */
export function simulatedCollector(scenario: Scenario, options: SimulatedCollectorOptions): Collector {
  const source = sourceOf(scenario, options);
  const signal = new AbortController().signal;
  return { kind: 'simulated', collect: () => collectFrom(source, signal) };
}

function sourceOf(scenario: Scenario, { clock, plant, attempts }: SimulatedCollectorOptions): SimulatedSource {
  const { instruments } = scenario;
  const now = (): number => clock.now();
  if (plant !== undefined) return new SimulatedSource({ plant, instruments, now });
  const made = new Plant({ ...scenario.plant, outOfMemory: 'job' }, new Random(1));
  const standIns = attempts && new StandInJobs(made, scenario, { attempts, now });
  return new SimulatedSource({ plant: made, instruments, now, beforeRead: standIns && ((t) => standIns.match(t)) });
}
