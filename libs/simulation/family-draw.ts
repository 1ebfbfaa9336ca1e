import { Random } from './random.ts';

/** What makes one scenario of the random family, in the order in which it is drawn. Times in seconds. */
export interface FamilyDraw {
  readonly sigma: number;
  readonly kappa: number;
  /** Of a job alone, mean and coefficient of variation. */
  readonly work: number;
  readonly workCv: number;
  /** Deadline over work. */
  readonly deadlineFactor: number;
  /** How many mean jobs fit. */
  readonly capacityInJobs: number;
  readonly memoryCv: number;
  /** One deadline for all, instead of one by each job's work. */
  readonly fixedDeadline: boolean;
  readonly drift: boolean;
  readonly openLoop: boolean;
  readonly speedCv: number;
  readonly telemetryLag: number;
  readonly soloUtilization: number;
  /** Of an open loop: of the best rate, before bursts. */
  readonly load: number;
  /** High rate over low rate. */
  readonly burst: number;
}

/** The parameters of scenario `index` under `seed`, for the scenario itself and for reports. */
export function drawFamily(seed: number, index: number): FamilyDraw {
  const random = randomOf(seed, index);
  const between = (low: number, high: number): number => low + (high - low) * random.uniform();
  const logBetween = (low: number, high: number): number => Math.exp(between(Math.log(low), Math.log(high)));
  const sigma = logBetween(0.005, 0.5);
  return {
    sigma,
    kappa: random.uniform() < 0.4 ? 0 : sigma * logBetween(0.01, 0.3),
    work: logBetween(0.4, 15),
    workCv: between(0.2, 1.2),
    deadlineFactor: between(1.5, 5),
    capacityInJobs: logBetween(3, 90),
    memoryCv: between(0, 0.35),
    fixedDeadline: random.uniform() < 0.4,
    drift: random.uniform() < 0.3,
    openLoop: random.uniform() < 0.35,
    speedCv: between(0.05, 0.25),
    telemetryLag: between(0.3, 2),
    soloUtilization: between(0.6, 1),
    load: between(0.5, 1.2),
    burst: between(1, 4),
  };
}

/** Seeds and indices that are near each other give streams that have nothing in common. */
function randomOf(seed: number, index: number): Random {
  const mixed = Math.floor(new Random(seed).uniform() * 2 ** 32);
  return new Random(mixed ^ Math.imul(index + 1, 0x9e3779b1)).fork();
}
