import { ROOT_CONTEXT, SpanKind, trace } from '@opentelemetry/api';
import { SamplingDecision } from '@opentelemetry/sdk-trace';
import { describe, expect, it } from 'vitest';
import { samplerOf } from './sampler.ts';

const traceId = '0af7651916cd43dd8448eb211c80319c';

/** Whether a span of this name is recorded, as a root or under a sampled parent. */
function samples(environment: Readonly<Record<string, string>>, name: string, parentFlags?: number): boolean {
  const parent = { traceId, spanId: 'b7ad6b7169203331', traceFlags: parentFlags ?? 0, isRemote: true };
  const context = parentFlags === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, parent);
  const { decision } = samplerOf(environment).shouldSample(context, traceId, name, SpanKind.INTERNAL, {}, []);
  return decision === SamplingDecision.RECORD_AND_SAMPLED;
}

describe('samplerOf', () => {
  it.each([
    [{}, undefined, true],
    [{}, 0, false],
    [{ OTEL_TRACES_SAMPLER: 'always_off' }, 1, false],
    [{ OTEL_TRACES_SAMPLER: 'always_on' }, 0, true],
    [{ OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '0' }, 1, false],
    [{ OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0' }, 1, true],
    [{ OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '1' }, undefined, true],
    [{ OTEL_TRACES_SAMPLER: 'parentbased_always_off' }, undefined, false],
  ])('%o under a parent with flags %s samples a job: %s', (environment, flags, expected) => {
    expect(samples(environment, 'process local', flags)).toBe(expected);
    expect(samples(environment, 'decide local', flags)).toBe(true);
  });

  it.each([
    [{ OTEL_TRACES_SAMPLER: 'always' }, /"always" is not known. Known: always_on/],
    [{ OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '5%' }, /"5%" is no share/],
    [{ OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '1.5' }, /"1.5" is no share/],
  ])('refuses %o', (environment, message) => {
    expect(() => samplerOf(environment)).toThrow(message);
  });
});
