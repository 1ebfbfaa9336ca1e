import { expect, it } from 'vitest';
import { isSentinelUrl, readRedisUrl } from './redis-url.ts';

const none = { sentinels: [], name: '', database: '', user: '', password: '' };

it.each([
  ['redis://h', { ...none, host: 'h', port: 6379 }],
  ['rediss://me:hu%40sh@h:6380/2', { ...none, host: 'h', port: 6380, database: '2', user: 'me', password: 'hu@sh' }],
  ['redis://[::1]:7000', { ...none, host: '::1', port: 7000 }],
  [
    'redis+sentinel://:hush@s1:26379,s2,[::1]:26380/mymaster/3',
    {
      host: 's1',
      port: 26_379,
      sentinels: [
        { host: 's1', port: 26_379 },
        { host: 's2', port: 26_379 },
        { host: '::1', port: 26_380 },
      ],
      name: 'mymaster',
      database: '3',
      user: '',
      password: 'hush',
    },
  ],
])('reads %s', (url, expected) => {
  expect(readRedisUrl(url)).toEqual(expected);
});

it.each(['redis+sentinel://s1', 'redis+sentinel:///mymaster', 'redis+sentinel://s1/my master', 'redis://s1/mymaster'])(
  'takes %s for no address of Sentinel',
  (url) => {
    expect(isSentinelUrl(url)).toBe(false);
  },
);
