// dashboards/ and the chart's copies from libs/dashboards: `npm run dashboards` writes them, tests compare them.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { alertmanagerFiles, chartFiles, dashboardFiles, ruleFiles } from '#libs/dashboards';

const files = { ...dashboardFiles(), ...ruleFiles(), ...alertmanagerFiles(), ...chartFiles() };
for (const [path, text] of Object.entries(files)) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  console.log(path);
}
