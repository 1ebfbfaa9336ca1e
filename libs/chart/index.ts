export { chartFiles } from './chart-files.ts';
export { chartValues, type ChartValue } from './values.ts';
