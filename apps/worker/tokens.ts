/** What is injected where. */
export const HEALTH_FACTS = Symbol('HEALTH_FACTS');
export const METRICS = Symbol('METRICS');
