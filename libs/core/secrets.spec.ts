import { expect, it } from 'vitest';
import { withoutSecrets } from './secrets.ts';

it.each([
  ['redis://user:pass@host:6379/0', 'redis://***@host:6379/0'],
  ['http://user:p@ss@host/path', 'http://***@host/path'],
  ['see http://host/path?api_key=SECRET and go on', 'see http://host/path?*** and go on'],
  ['dcgm:http//user:pass@host:9400', 'dcgm:http//***@host:9400'],
  ['sqlite:./queue.db?x=1', 'sqlite:./queue.db?x=1'],
])('shows %s without its secrets', (text, shown) => {
  expect(withoutSecrets(text)).toBe(shown);
});
