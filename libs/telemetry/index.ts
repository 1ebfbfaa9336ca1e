export { createTelemetry, type CreateTelemetryOptions, type TelemetrySettings } from './create-telemetry.ts';
export { examineSources, type Examined } from './examine-sources.ts';
export type { Telemetry, TelemetryFacts } from './telemetry.ts';
export { declaredOrder } from './gpu-choices.ts';
export { stalenessBoundMs } from './staleness-bound.ts';
