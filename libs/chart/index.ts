export { valuesFiles } from './values-files.ts';
export { chartValues, type ChartValue } from './values.ts';
