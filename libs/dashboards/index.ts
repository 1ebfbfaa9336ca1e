export { alertmanagerDocument, alertmanagerFiles } from './alertmanager.ts';
export { alerts } from './alerts.ts';
export { dashboardFiles } from './dashboards.ts';
export { ruleFiles } from './rules.ts';
