export { createTelemetry, type TelemetryOptions, type TelemetrySettings } from './create-telemetry.ts';
export { HostSource } from './host.ts';
export { Sampler, type SamplerOptions, type TelemetryFacts } from './sampler.ts';
export { SimulatedSource } from './simulated.ts';
export type { SourceChange } from './source-reader.ts';
