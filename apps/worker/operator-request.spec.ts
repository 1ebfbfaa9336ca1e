import { describe, expect, it } from 'vitest';
import { freezeRequest, overrideRequest } from './operator-request.ts';

const right = { limit: 12, reason: ' load test ', ttl: '10m' };

describe('an override', () => {
  it('is a limit, a reason and a time', () => {
    expect(overrideRequest(right, 64)).toEqual({ limit: 12, reason: 'load test', forMs: 600_000 });
    expect(overrideRequest({ ...right, limit: 0, ttl: 1500, by: 'ann' }, 64)).toMatchObject({
      limit: 0,
      forMs: 1500,
      by: 'ann',
    });
    expect(overrideRequest({ ...right, limit: 64, ttl: '24h' }, 64)).toMatchObject({ forMs: 86_400_000 });
  });

  it.each([
    ['BAD_LIMIT', { limit: 65 }, '65', '0 to 64'],
    ['BAD_LIMIT', { limit: -1 }, '-1', '0 to 64'],
    ['BAD_LIMIT', { limit: 2.5 }, '2.5', 'whole number'],
    ['BAD_LIMIT', { limit: '12' }, '"12"', 'whole number'],
    ['BAD_LIMIT', { limit: null }, 'null', 'whole number'],
    ['BAD_LIMIT', { limit: undefined }, 'missing', 'whole number'],
    ['BAD_TTL', { ttl: undefined }, 'missing', '"10m"'],
    ['BAD_TTL', { ttl: '10' }, '"10"', '"10m"'],
    ['BAD_TTL', { ttl: '25h' }, '"25h"', '24h'],
    ['BAD_TTL', { ttl: 0 }, '0', '"10m"'],
    ['BAD_TTL', { ttl: '0s' }, '"0s"', '"10m"'],
    ['BAD_TTL', { ttl: Infinity }, 'null', '"10m"'],
    ['BAD_REASON', { reason: undefined }, 'missing', 'Say why'],
    ['BAD_REASON', { reason: '  ' }, '"  "', 'Say why'],
    ['BAD_REASON', { reason: 'x'.repeat(201) }, 'xxx', '200'],
    ['BAD_AUTHOR', { by: '' }, '""', 'leave it out'],
    ['BAD_BODY', { resaon: 'x' }, 'resaon', 'Did you mean reason?'],
  ])('is refused with %s for %o, with what was given and the next step', (code, change, given, next) => {
    expect(() => overrideRequest({ ...right, ...change }, 64)).toThrow(`[${code}]`);
    expect(() => overrideRequest({ ...right, ...change }, 64)).toThrow(given);
    expect(() => overrideRequest({ ...right, ...change }, 64)).toThrow(next);
  });

  it.each([undefined, null, [], 'limit=12', 12])('is no %o', (body) => {
    expect(() => overrideRequest(body, 64)).toThrow('[BAD_BODY] The body is no JSON object. Send one with limit');
  });
});

describe('a freeze', () => {
  it('needs a reason and no time', () => {
    expect(freezeRequest({ reason: 'deploy' })).toEqual({ reason: 'deploy' });
    expect(freezeRequest({ reason: 'deploy', ttl: '1h' })).toEqual({ reason: 'deploy', forMs: 3_600_000 });
  });

  it('takes no limit', () => {
    expect(() => freezeRequest({ reason: 'deploy', limit: 4 })).toThrow('"limit" is not a field');
  });
});
