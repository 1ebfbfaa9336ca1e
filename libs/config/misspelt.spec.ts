import { expect, it } from 'vitest';
import { misspeltVariables } from './misspelt.ts';

it('finds what was meant to be a setting', () => {
  const environment = { API_KEY: 'abc', PORTT: '3', WEBHOOKS_PRIVATE: 'true', PORT: '80', PATH: '/bin', HOME: '/' };
  expect(misspeltVariables(environment)).toEqual([
    { variable: 'API_KEY', nearest: 'API_KEYS' },
    { variable: 'PORTT', nearest: 'PORT' },
    { variable: 'WEBHOOKS_PRIVATE', nearest: 'WEBHOOK_PRIVATE' },
  ]);
});
