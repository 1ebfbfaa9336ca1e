export function settingsDocument(): Promise<string>;
