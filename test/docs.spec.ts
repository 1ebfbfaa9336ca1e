import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { metricsDocument } from '../scripts/metrics-document.mjs';
import { settingsDocument } from '../scripts/settings-document.mjs';

it.each([
  ['docs/settings.md', 'the schema', settingsDocument],
  ['docs/metrics.md', 'the catalogue', metricsDocument],
])('has %s as %s makes it (npm run docs)', async (path, _from, made) => {
  expect(readFileSync(path, 'utf8')).toBe(await made());
});
