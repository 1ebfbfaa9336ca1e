export { alertmanagerDocument, alertmanagerFiles } from './alertmanager.ts';
export { alerts } from './alerts.ts';
export { scalingAlerts } from './alerts-scaling.ts';
export { releaseTokens, type ReleaseFacts } from './autoscaling-facts.ts';
export { desiredQuery } from './autoscaling-rules.ts';
export { chartFiles } from './chart.ts';
export { dashboardFiles } from './dashboards.ts';
export { releaseRules } from './release-rules.ts';
export { ruleFiles } from './rules.ts';
