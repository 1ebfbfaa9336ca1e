export { aimd } from './aimd.ts';
export { builtInStrategies } from './built-in.ts';
export { fixed } from './fixed.ts';
export { goodput } from './goodput.ts';
export { handler } from './handler.ts';
export { pid } from './pid.ts';
export { signalOf, signals, type Signal } from './signals.ts';
export { threshold } from './threshold.ts';
