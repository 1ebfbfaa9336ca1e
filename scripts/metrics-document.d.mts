export function metricsDocument(): Promise<string>;
