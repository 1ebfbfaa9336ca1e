export { curves, peak, slowdown, type Curve } from './curves.ts';
export {
  decodeJobs,
  gibibyte,
  growingJobs,
  imageJobs,
  mixedJobs,
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
export { ClosedLoop, type LoopOptions } from './closed-loop.ts';
export { ControllerLimiter } from './controller-limiter.ts';
export { FixedLimiter } from './fixed-limiter.ts';
export {
  countBetween,
  factsOf,
  meanOf,
  quantileOf,
  summaryOf,
  traceOf,
  type RunFacts,
  type Summary,
  type Trace,
} from './score.ts';
export type { Tally } from './tally.ts';
export { wouldAsk, type Asking, type WouldAsk } from './would-ask.ts';
export { drawFamily, type FamilyDraw } from './family-draw.ts';
export { familyScenario } from './random-family.ts';
export { scenarioVariants } from './scenario-variants.ts';
export { parseTrace, type TraceRow } from './trace.ts';
export { traceArrivals, withTraces, type Traces } from './traced-scenarios.ts';
export { llmJobs, arrivingConversations, codeCompletions, growingCaches, type LlmNeeds } from './llm-jobs.ts';
