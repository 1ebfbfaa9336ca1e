export { curves, peak, slowdown, type Curve } from './curves.ts';
export {
  conversationJobs,
  decodeJobs,
  gibibyte,
  growingJobs,
  imageJobs,
  shortJobs,
  type JobStream,
  type PlantJob,
} from './jobs.ts';
export type { Instruments, MigSlice, Silence } from './instruments.ts';
export type { EndedJob, Limiter, LoopView } from './limiter.ts';
export { namedScenarios } from './named-scenarios.ts';
export { Plant, type PlantConfig, type PlantEnd } from './plant.ts';
export { Random } from './random.ts';
export { replay, type Replay, type ReplayDifference } from './replay.ts';
export type { Arrival, ArrivalStream, Scenario } from './scenario.ts';
export { simulate, type Simulation, type SimulationTotals, type SimulateOptions } from './simulate.ts';
export { SimulatedDevice, simulatedGpu } from './simulated-device.ts';
export { watchedScenarios } from './watched-scenarios.ts';
