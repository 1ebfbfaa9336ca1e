export { metric } from './metric.ts';
export { objectives } from './objectives.ts';
