// dashboards/ from libs/dashboards: `npm run dashboards` writes it, a test compares it.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { dashboardFiles, ruleFiles } from '#libs/dashboards';

for (const [path, text] of Object.entries({ ...dashboardFiles(), ...ruleFiles() })) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  console.log(path);
}
