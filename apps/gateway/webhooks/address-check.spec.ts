import { expect, it } from 'vitest';
import { AddressCheck } from './address-check.ts';

const names: Readonly<Record<string, readonly string[]>> = {
  'public.test': ['93.184.216.34'],
  'mixed.test': ['93.184.216.34', '10.0.0.1'],
};
const lookup = (name: string): Promise<readonly string[]> =>
  names[name] === undefined ? Promise.reject(new Error('ENOTFOUND')) : Promise.resolve(names[name]);
const check = new AddressCheck({ allowPrivate: false, lookup });

it.each(['https://public.test/x', 'http://1.1.1.1:8080/', 'https://later.test/'])('%s may be called', async (url) => {
  await expect(check.checkAtSubmission(url)).resolves.toBeUndefined();
});

it.each([
  'http://127.0.0.1/',
  'http://2130706433/',
  'http://0x7f.1/',
  'http://[::1]:99/',
  'http://[::ffff:10.0.0.1]/',
  'http://169.254.169.254/latest/meta-data',
  'https://mixed.test/',
])('%s is refused as private', async (url) => {
  await expect(check.checkAtSubmission(url)).rejects.toThrow(/private/);
});

it.each(['ftp://public.test/', 'file:///etc/passwd', 'public.test', '/hook'])('%s is refused as a URL', async (url) => {
  await expect(check.checkAtSubmission(url)).rejects.toThrow(/https:\/\/host\/path/);
});

it('lets private addresses through when told to', async () => {
  const open = new AddressCheck({ allowPrivate: true, lookup });
  await expect(open.checkAtSubmission('http://127.0.0.1:1/')).resolves.toBeUndefined();
  await expect(open.checkAtSubmission('ftp://127.0.0.1/')).rejects.toThrow(/http/);
});

it('does not wait long for a name server', async () => {
  const stuck = new AddressCheck({ allowPrivate: false, lookup: () => new Promise(() => {}) });
  await expect(stuck.checkAtSubmission('https://slow.test/')).resolves.toBeUndefined();
});
