export { curves, peak, slowdown, type Curve } from './curves.ts';
export { conversationJobs, decodeJobs, gibibyte, imageJobs, shortJobs, type JobStream, type PlantJob } from './jobs.ts';
export type { DeviceSample } from './meter.ts';
export { Plant, type PlantConfig, type PlantEnd } from './plant.ts';
export { Random } from './random.ts';
export { readingsOf, simulatedGpu } from './readings.ts';
export { replay, type Replay, type ReplayDifference } from './replay.ts';
export { namedScenarios, watchedScenarios, type Scenario } from './scenarios.ts';
export { simulate, type Simulation, type SimulationTotals, type SimulateOptions } from './simulate.ts';
