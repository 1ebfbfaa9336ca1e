export type { Blindness } from './blindness.ts';
export { applyBounds, boundBits, type BoundBit, type Bounded, type Bounds } from './bounds.ts';
export {
  collectionResults,
  probeRestartCauses,
  switchCauses,
  type CollectionFailure,
  type CollectionResult,
  type FailedResult,
  type ProbeRestartCause,
  type SwitchCause,
  type TelemetryEvent,
} from './collection.ts';
export {
  startController,
  stepController,
  type Action,
  type ControllerSetup,
  type ControllerState,
  type ControllerStep,
  type Verdict,
} from './controller.ts';
export { drainController } from './draining.ts';
export type { StrategyError, StrategyErrorKind } from './asked.ts';
export { leastOf, type MemberDecision } from './members.ts';
export { modes, type Mode } from './modes.ts';
export {
  freezeController,
  orderAt,
  overrideController,
  resumeController,
  takesOrders,
  withOrder,
  type Order,
  type OrderFacts,
} from './operator.ts';
export { seenFrom, type Shadow, type ShadowDecision } from './shadows.ts';
export { listedReason, reasons, type Decision, type Reason } from './decision.ts';
export { reasonClasses, reasonTable, type ReasonClass, type ReasonWords } from './reason-table.ts';
export {
  addSettled,
  cleanSamples,
  meanService,
  newEpoch,
  noSettledJobs,
  observeEpoch,
  rateOf,
  type Epoch,
  type EpochFacts,
  type SettledJobs,
} from './epoch.ts';
export { FlyballError } from './errors.ts';
export { defaultGuard, MemoryGuard, type GuardConfig, type GuardedJob } from './guard.ts';
export {
  guardStates,
  outOfMemoryModels,
  type GuardedDevice,
  type GuardFacts,
  type GuardState,
  type OutOfMemoryModel,
} from './guard-facts.ts';
export {
  errorTypes,
  outcomes,
  type ErrorType,
  type Failure,
  type Job,
  type JobPolicy,
  type JobSource,
  type Lease,
  type LeaseEnd,
  type LeaseTerms,
  type Outcome,
  type QueueDepth,
} from './job.ts';
export type { JobCounts, JobSample, ModifierAnswer, Observation } from './observation.ts';
export { Occupancy, type Usage } from './occupancy.ts';
export {
  checkpointEvery,
  checkpointOf,
  decisionId,
  observationOf,
  parseRecord,
  recordLine,
  recordVersion,
  type Checkpoint,
  type DecisionRecord,
} from './record.ts';
export {
  clockLimitReasons,
  controlReadings,
  readingUnits,
  units,
  type ClockLimitReason,
  type ReadingName,
  type Unit,
} from './reading-names.ts';
export { microseconds, sixDigits } from './rounding.ts';
export { withoutSecrets } from './secrets.ts';
export type { AnyStrategy, Step, Strategy } from './strategy.ts';
export {
  freshIntervals,
  sourceKinds,
  whysMissing,
  whyWords,
  type Device,
  type MigDevice,
  type MissingReading,
  type Reading,
  type Sample,
  type SampledMissing,
  type SampledReading,
  type SourceKind,
  type TelemetrySource,
  type WhyMissing,
} from './telemetry.ts';
export { Window, type EndedAttempt, type WindowFacts } from './window.ts';
export { engineCache } from './guard-readings.ts';
