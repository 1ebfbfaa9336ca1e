import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { dashboardFiles, ruleFiles } from '#libs/dashboards';

const root = fileURLToPath(new URL('../../', import.meta.url));
const made = { ...dashboardFiles(), ...ruleFiles() };

describe('the files in dashboards/', () => {
  it.each(Object.entries(made))('%s is what `npm run dashboards` writes', (path, text) => {
    expect(readFileSync(`${root}${path}`, 'utf8')).toBe(text);
  });

  it('are all made by it: no dashboard or rule file was left behind', () => {
    const lying = ['dashboards', 'dashboards/rules'].flatMap((folder) =>
      readdirSync(`${root}${folder}`, { withFileTypes: true })
        .filter((entry) => entry.isFile() && /\.(json|ya?ml)$/.test(entry.name))
        .map(({ name }) => `${folder}/${name}`),
    );
    expect(lying.filter((path) => !(path in made))).toEqual([]);
  });
});
