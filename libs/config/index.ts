export { describeSettings, type SettingLine } from './describe-settings.ts';
export type { Environment } from './environment.ts';
export { loadSettings, type LoadSettingsOptions } from './load-settings.ts';
export { misspeltVariables } from './misspelt.ts';
export { SettingsError, type SettingsProblem } from './settings-error.ts';
export { parametersTable, settingsTable } from './settings-table.ts';
export type { Settings } from './settings.ts';
export { strategyParameters, type StrategyParameters } from './strategy-parameters.ts';
export { isStrategyPath } from './values.ts';
