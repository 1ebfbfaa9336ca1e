import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

const folder = fileURLToPath(new URL('../../dashboards/rules/', import.meta.url));

/** The rule files as they are committed; promtool's unit tests lie beside them and are none. */
export function ruleFiles(): readonly string[] {
  if (!existsSync(folder)) return [];
  const paths = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
  return paths.map((name) => `${folder}${name}`).filter((path) => 'groups' in parse(readFileSync(path, 'utf8')));
}
