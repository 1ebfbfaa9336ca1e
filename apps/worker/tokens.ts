/** What is injected where. */
export const DECISIONS = Symbol('DECISIONS');
export const HEALTH_FACTS = Symbol('HEALTH_FACTS');
export const METRICS = Symbol('METRICS');
export const OPERATORS = Symbol('OPERATORS');
export const STEERING = Symbol('STEERING');
