import {
  curves,
  familyScenario,
  gibibyte,
  namedScenarios,
  scenarioVariants,
  watchedScenarios,
  type ArrivalStream,
  type JobStream,
  type PlantJob,
  type Random,
  type Scenario,
} from '#libs/simulation';
import type { InlinePlant, JobKind, RunFile, Steps } from './schema.ts';

/** What a data file describes, for the simulation: seconds become ms, GiB bytes. */
export function plantOf(plant: RunFile['plant']): Scenario {
  return 'named' in plant ? { ...scenarioNamed(plant.named), duration: 1000 * plant.duration } : inline(plant);
}

/** `S1`, `S3h`, `knee`, or `family:SEED:INDEX`. */
function scenarioNamed(name: string): Scenario {
  const [kind, seed, index] = name.split(':');
  if (kind === 'family') return familyScenario(Number(seed), Number(index));
  const known = [...Object.values(namedScenarios), ...Object.values(watchedScenarios), ...scenarioVariants()];
  const found = known.find((scenario) => scenario.name === name);
  if (found === undefined) throw new RangeError(`no scenario "${name}"`);
  return found;
}

function inline(plant: InlinePlant): Scenario {
  const jobs = mixOf(plant.jobs);
  const { silence, arrivals, curve } = plant;
  return {
    name: 'inline',
    summary: 'of a scenario test',
    duration: 1000 * plant.duration,
    plant: {
      curve: typeof curve === 'string' ? curves[curve] : curve,
      base: gibibyte * plant.base,
      capacity: gibibyte * plant.capacity,
      outOfMemory: plant.outOfMemory,
      restart: 1000 * plant.restart,
      memoryReading: plant.reading,
      telemetryLag: 1000 * plant.lag,
      soloUtilization: plant.soloUtilization,
      utilizationNoise: 0.02,
      speed: (t) => valueAt(plant.speed, t),
    },
    jobs,
    ...(arrivals !== undefined && { arrivals: poisson(arrivals, jobs) }),
    ...(silence && {
      instruments: {
        silence: {
          from: 1000 * silence.from,
          lasts: 1000 * silence.lasts,
          ...(silence.every !== undefined && { every: 1000 * silence.every }),
        },
      },
    }),
  };
}

/** The value in force at `t` ms. */
export function valueAt(steps: Steps, t: number): number {
  return typeof steps === 'number' ? steps : (steps.findLast(([from]) => 1000 * from <= t)?.[1] ?? 0);
}

function mixOf(kinds: readonly JobKind[]): JobStream {
  return (random, t) => {
    const shares = kinds.map(({ share }) => valueAt(share, t));
    let left = random.uniform() * shares.reduce((sum, share) => sum + share, 0);
    const index = shares.findIndex((share) => (left -= share) < 0);
    return drawn(kinds[Math.max(0, index)]!, random);
  };
}

function drawn({ work, cv, spread, deadline, memory, memoryCv, ...kind }: JobKind, random: Random): PlantJob {
  const seconds = Math.max(0.05, random.logNormal(work, cv));
  const factor = random.logNormal(1, memoryCv);
  const [start, end] = memory;
  return {
    work: 1000 * seconds,
    speedFactor: random.speedFactor(spread),
    memoryStart: gibibyte * start * factor,
    memoryEnd: gibibyte * end * factor,
    size: seconds,
    memoryHint: end * factor,
    ...(deadline && { deadline: 1000 * (deadline.times * seconds + deadline.plus) }),
    ...(kind.class !== undefined && { class: kind.class }),
  };
}

/** Drawn at the highest rate and thinned to the one in force. */
function poisson(rate: Steps, jobs: JobStream): ArrivalStream {
  const highest = typeof rate === 'number' ? rate : Math.max(...rate.map(([, value]) => value));
  return (random) => {
    const times = random.fork();
    let at = 0;
    return () => {
      do at -= (1000 * Math.log(times.uniform())) / highest;
      while (times.uniform() * highest > valueAt(rate, at));
      return { at, job: jobs(random, at) };
    };
  };
}
