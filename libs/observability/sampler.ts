import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  SamplingDecision,
  TraceIdRatioBasedSampler,
  type Sampler,
} from '@opentelemetry/sdk-trace';
import { FlyballError } from '#libs/core';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * What OTEL_TRACES_SAMPLER asks for, with every `decide` span beside it: they are few, and the reason to look.
 * @throws {FlyballError} BAD_TRACING
 */
export function samplerOf(environment: Environment): Sampler {
  const asked = askedSampler(environment);
  return {
    shouldSample: (context, traceId, name, kind, attributes, links) =>
      name.startsWith('decide ')
        ? { decision: SamplingDecision.RECORD_AND_SAMPLED }
        : asked.shouldSample(context, traceId, name, kind, attributes, links),
    toString: () => `${asked.toString()} and every decision`,
  };
}

function askedSampler(environment: Environment): Sampler {
  const name = environment['OTEL_TRACES_SAMPLER']?.trim() || 'parentbased_always_on';
  switch (name) {
    case 'always_on':
      return new AlwaysOnSampler();
    case 'always_off':
      return new AlwaysOffSampler();
    case 'traceidratio':
      return new TraceIdRatioBasedSampler(ratioOf(environment));
    case 'parentbased_always_on':
      return new ParentBasedSampler({ root: new AlwaysOnSampler() });
    case 'parentbased_always_off':
      return new ParentBasedSampler({ root: new AlwaysOffSampler() });
    case 'parentbased_traceidratio':
      return new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratioOf(environment)) });
    default:
      throw new FlyballError(
        'BAD_TRACING',
        `OTEL_TRACES_SAMPLER="${name}" is not known. Known: always_on, always_off, traceidratio, and each with parentbased_ ` +
          'before it (recommended: parentbased_traceidratio).',
      );
  }
}

function ratioOf(environment: Environment): number {
  const given = environment['OTEL_TRACES_SAMPLER_ARG']?.trim() || '1';
  const ratio = Number(given);
  if (ratio >= 0 && ratio <= 1) return ratio;
  throw new FlyballError('BAD_TRACING', `OTEL_TRACES_SAMPLER_ARG="${given}" is no share. Give a number from 0 to 1.`);
}
