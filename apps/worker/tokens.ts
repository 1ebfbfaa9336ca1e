export const HEALTH = Symbol('HEALTH');
export const METRICS = Symbol('METRICS');
