export { describeQueue } from './queue-kit.ts';
export type { OpenOptions, OpenQueue, QueueUnderTest } from './queue-kit/subject.ts';
export { anObservation, aSample, noJobs, type ObservationFields } from './builders.ts';
export { describeStrategy, type StrategyKitOptions } from './strategy-kit.ts';
export { brokenPromise, strategyRules, type StrategyRule } from './strategy-kit/rules.ts';
