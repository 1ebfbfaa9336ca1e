import { switchingArrivals } from './arrivals-switching.ts';
import { arriving } from './arrivals.ts';
import { slowdown, type Curve } from './curves.ts';
import { drawFamily, type FamilyDraw } from './family-draw.ts';
import { gibibyte, type JobStream } from './jobs.ts';
import type { PlantConfig } from './plant.ts';
import type { Scenario } from './scenario.ts';

/** One of a family of scenarios that nobody chose; the same seed and index give the same one everywhere. */
export function familyScenario(seed: number, index: number): Scenario {
  const draw = drawFamily(seed, index);
  const duration = 1000 * Math.round(Math.min(3600, Math.max(600, 250 * draw.work)));
  const jobs = familyJobs(draw);
  return {
    name: `family-${index}`,
    summary: summaryOf(draw),
    duration,
    plant: familyPlant(draw, duration),
    jobs,
    ...(draw.openLoop && { arrivals: arriving(familyArrivals(draw), jobs) }),
    ...(draw.drift && { phases: driftAt.map((share) => share * duration) }),
  };
}

/** The device is slower between the second and the third of these, shares of the duration. */
const driftAt = [0, 0.4, 0.75] as const;

function familyPlant(draw: FamilyDraw, duration: number): PlantConfig {
  const [slowFrom, slowUntil] = [driftAt[1] * duration, driftAt[2] * duration];
  return {
    curve: curveOf(draw),
    soloUtilization: draw.soloUtilization,
    utilizationNoise: 0.02,
    memoryReading: 'instantaneous',
    telemetryLag: 1000 * draw.telemetryLag,
    outOfMemory: 'fatal',
    restart: 30_000,
    base: 10 * gibibyte,
    capacity: (10 + draw.capacityInJobs) * gibibyte,
    ...(draw.drift && { speed: (t: number) => (t >= slowFrom && t < slowUntil ? 0.6 : 1) }),
  };
}

/** A mean job takes one gibibyte. */
function familyJobs(draw: FamilyDraw): JobStream {
  return (random) => {
    const seconds = Math.max(0.05, random.logNormal(draw.work, draw.workCv));
    const memory = Math.max(0.05, 1 + draw.memoryCv * random.normal());
    const { deadlineFactor, work } = draw;
    const deadline = draw.fixedDeadline ? 1.6 * deadlineFactor * work : deadlineFactor * seconds + 0.2 * work;
    return {
      work: 1000 * seconds,
      speedFactor: random.speedFactor(draw.speedCv),
      memoryStart: 0.6 * memory * gibibyte,
      memoryEnd: memory * gibibyte,
      deadline: 1000 * deadline,
      size: seconds * random.logNormal(1, 0.2),
      memoryHint: memory * random.logNormal(1, 0.1),
    };
  };
}

function familyArrivals(draw: FamilyDraw): ReturnType<typeof switchingArrivals> {
  const rate = 0.75 * draw.load * bestRate(curveOf(draw), draw.work);
  const { burst } = draw;
  return switchingArrivals({
    high: (rate * 2 * burst) / (1 + burst),
    low: (rate * 2) / (1 + burst),
    dwell: 10_000 * draw.work,
    lowStretch: burst,
  });
}

/** The most jobs of `work` seconds that up to 64 at a time get done per second. */
function bestRate(curve: Curve, work: number): number {
  const rates = Array.from({ length: 64 }, (_, index) => (index + 1) / (work * slowdown(curve, index + 1)));
  return Math.max(...rates);
}

function curveOf({ sigma, kappa }: FamilyDraw): Curve {
  return { sigma, kappa };
}

function summaryOf(draw: FamilyDraw): string {
  const shape = draw.kappa === 0 ? 'flat' : 'peaked';
  const load = draw.openLoop ? 'open loop' : 'saturated';
  return `${shape}, ${load}, work ${draw.work.toFixed(1)} s, memory for ${draw.capacityInJobs.toFixed(0)}${draw.drift ? ', drift' : ''}`;
}
