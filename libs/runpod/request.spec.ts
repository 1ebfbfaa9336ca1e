import { describe, expect, it } from 'vitest';
import { BadRequest } from './bounded.ts';
import { parseRequest } from './request.ts';

describe('input', () => {
  it.each([[{}], [null], [[]], [0], [''], [false]])('%j is a request as it is', (input) => {
    expect(parseRequest({ input }).request.input).toEqual(input);
  });

  it('is required', () => {
    expect(() => parseRequest({})).toThrow(/"input" is missing/);
    expect(() => parseRequest({ Input: 1 })).toThrow(BadRequest);
  });

  it.each([[undefined], [null], [[1]], ['text'], [3]])('must come in an object, not %j', (body) => {
    expect(() => parseRequest(body)).toThrow(/must be a JSON object/);
  });
});

describe('extra keys', () => {
  it('pass through, but not those of the server', () => {
    const body = JSON.parse(
      '{"input":1,"timeout":1,"foo":{"a":2},"id":"x","status":"y","attempt":9,"traceparent":"z","self":1,"__class__":2,"__proto__":3}',
    );
    const { request, dropped } = parseRequest(body);
    expect(request.extra).toEqual({ timeout: 1, foo: { a: 2 } });
    expect(dropped).toEqual(['self', '__class__', '__proto__']);
  });

  it('do not hold what the protocol names', () => {
    const { request } = parseRequest({
      input: 1,
      policy: {},
      s3Config: { accessId: 'x' },
      webhook: 'https://a.b/',
      webhookV2: 'https://c.d/',
    });
    expect(request.extra).toEqual({});
    expect(request).toMatchObject({ s3Config: { accessId: 'x' }, webhook: 'https://a.b/', webhookV2: 'https://c.d/' });
  });
});

describe('policy', () => {
  it('has the defaults of RunPod', () => {
    expect(parseRequest({ input: 1, policy: null }).request.policy).toEqual({
      executionTimeout: 600_000,
      ttl: 86_400_000,
      lowPriority: false,
    });
  });

  it('is clamped, and the clamps are told', () => {
    const { request, clamps } = parseRequest({
      input: 1,
      policy: { executionTimeout: 1, ttl: 1e12, lowPriority: true },
    });
    expect(request.policy).toEqual({ executionTimeout: 5_000, ttl: 604_800_000, lowPriority: true });
    expect(clamps.map(({ key }) => key)).toEqual(['policy.executionTimeout', 'policy.ttl']);
  });

  it('takes ?ttl= first', () => {
    expect(parseRequest({ input: 1, policy: { ttl: 60_000 } }, '6000').request.policy.ttl).toBe(10_000);
  });

  it.each([
    [{ policy: 'x' }],
    [{ policy: [] }],
    [{ policy: { ttl: '60000' } }],
    [{ policy: { executionTimeout: true } }],
    [{ policy: { lowPriority: 'yes' } }],
    [{ webhook: 7 }],
    [{ webhookV2: {} }],
  ])('of the wrong type is refused: %j', (wrong) => {
    expect(() => parseRequest({ input: 1, ...wrong })).toThrow(BadRequest);
  });
});

describe('flyball', () => {
  it('declares deadline, size, memory and class', () => {
    const flyball = { deadline: 2_000, size: 0.5, memory: 3, class: 'large' };
    expect(parseRequest({ input: 1, flyball }).request).toMatchObject(flyball);
  });

  it.each([
    [{ deadline: 0 }],
    [{ size: -1 }],
    [{ memory: '3' }],
    [{ class: 5 }],
    [{ class: 'x'.repeat(65) }],
    [{ deadlne: 5 }],
  ])('refuses %j', (flyball) => {
    expect(() => parseRequest({ input: 1, flyball })).toThrow(/flyball\./);
  });
});
