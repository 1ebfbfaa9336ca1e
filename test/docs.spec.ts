import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { settingsDocument } from '../scripts/settings-document.mjs';

it('has docs/settings.md as the schema makes it (npm run docs)', async () => {
  expect(readFileSync('docs/settings.md', 'utf8')).toBe(await settingsDocument());
});
