import { describe, expect, it } from 'vitest';
import { remoteSpan, sampledIds, traceparentOf, tracestateOf } from './trace-context.ts';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const spanId = 'b7ad6b7169203331';

describe('remoteSpan', () => {
  it('reads what it writes', () => {
    const text = `00-${traceId}-${spanId}-01`;
    const span = remoteSpan(text, 'a=1,b=2');
    expect(span).toMatchObject({ traceId, spanId, traceFlags: 1, isRemote: true });
    expect(span && [traceparentOf(span), tracestateOf(span)]).toEqual([text, 'a=1,b=2']);
  });

  it.each([
    undefined,
    '',
    'x',
    `00-${traceId}-${spanId}`,
    `ff-${traceId}-${spanId}-01`,
    `00-${'0'.repeat(32)}-${spanId}-01`,
    `00-${traceId}-${'0'.repeat(16)}-01`,
    `00-${traceId.toUpperCase()}-${spanId}-01`,
    `00-${traceId}-${spanId}-01-extra`,
  ])('takes nothing of %s', (text) => {
    expect(remoteSpan(text)).toBeUndefined();
  });

  it('drops a state above 512 characters and keeps the span', () => {
    const span = remoteSpan(`00-${traceId}-${spanId}-01`, `a=${'b'.repeat(511)}`);
    expect(span && tracestateOf(span)).toBeUndefined();
    expect(span?.spanId).toBe(spanId);
  });
});

it('gives ids of sampled spans only', () => {
  expect(sampledIds({ traceId, spanId, traceFlags: 0 })).toBeUndefined();
  expect(sampledIds({ traceId, spanId, traceFlags: 1 })).toEqual({ traceId, spanId });
});
