// dashboards/ from libs/dashboards: `npm run dashboards` writes it, a test compares it.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { alertmanagerFiles, dashboardFiles, ruleFiles } from '#libs/dashboards';

for (const [path, text] of Object.entries({ ...dashboardFiles(), ...ruleFiles(), ...alertmanagerFiles() })) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  console.log(path);
}
