import { FixedLimiter, type Limiter, type Random } from '#libs/simulation';
import { Crawlee } from './crawlee.ts';
import { DotnetHillClimbing } from './dotnet-hill-climbing.ts';
import { draining } from './draining.ts';
import { EnvoyGradient } from './envoy-gradient.ts';
import { Failsafe } from './failsafe.ts';
import { NetflixAimd } from './netflix-aimd.ts';
import { NetflixGradient2 } from './netflix-gradient2.ts';
import { NetflixVegas } from './netflix-vegas.ts';
import { bounded, highest, type Peer, type Range } from './peer.ts';
import { RunPodExample } from './runpod-example.ts';
import { PerCompletion, type SampleLaw } from './sample-law.ts';
import { TemporalSlots } from './temporal-slots.ts';
import { VectorArc } from './vector-arc.ts';
import { WindowedLimit } from './windowed-limit.ts';

export { draining } from './draining.ts';
export type { Peer } from './peer.ts';

interface Law {
  readonly name: string;
  readonly source: string;
  /** The range in its documentation; highest as everywhere. */
  readonly documented: Range;
  readonly limiter: (range: Range, random: Random) => Limiter;
  readonly expected?: Figures;
}

type Figures = Partial<Record<Peer['variant'], Peer['expected']>>;

const netflix = 'Netflix/concurrency-limits @78a74b9';
const envoy = 'envoyproxy/envoy gradient_controller.cc';
const crawlee = 'apify/crawlee concurrency_system.ts @69a824b';
const failsafe = 'failsafe-go/failsafe-go adaptivelimiter.go @5759a5e';

const from20: Range = { start: 20, min: 20, max: highest };
const from1: Range = { start: 1, min: 1, max: highest };

const laws: readonly Law[] = [
  {
    name: 'runpod-docs',
    source: 'runpod/docs concurrent-handler.mdx, runpod/runpod-python rp_scale.py',
    documented: { start: 1, min: 1, max: 10 },
    limiter: (range) => draining(new RunPodExample(range)),
    expected: { 'as documented': { alone: 0.21 } },
  },
  ...netflixLaw('netflix-aimd', from20, (range) => new NetflixAimd(range), { bounded: { withGuard: 0.91 } }),
  ...netflixLaw(
    'netflix-vegas',
    { start: 20, min: 1, max: highest },
    (range, random) => new NetflixVegas(range, random),
    { 'as documented': { alone: 0.22 } },
  ),
  ...netflixLaw('netflix-gradient2', from20, (range) => new NetflixGradient2(range), {
    'as documented': { alone: 0.28, withGuard: 0.83 },
  }),
  {
    name: 'vector-arc',
    source: 'vectordotdev/vector adaptive_concurrency/controller.rs @c3445d4',
    documented: from1,
    limiter: (range) => new VectorArc(range),
    expected: { 'as documented': { alone: 0.77, withGuard: 0.84 } },
  },
  {
    name: 'crawlee',
    source: crawlee,
    documented: from1,
    limiter: (range) => new Crawlee({ ...range, cpu: true }),
    expected: { 'as documented': { alone: 0.08 } },
  },
  {
    name: 'crawlee-without-cpu',
    source: crawlee,
    documented: from1,
    limiter: (range) => new Crawlee({ ...range, cpu: false }),
    expected: { 'as documented': { alone: 0.29 } },
  },
  {
    name: 'failsafe-go',
    source: failsafe,
    documented: { start: 20, min: 1, max: highest },
    limiter: (range) => new Failsafe({ ...range, jobs: 50 }),
    expected: { 'as documented': { alone: 0.31 } },
  },
  {
    name: 'failsafe-go-10-jobs',
    source: failsafe,
    documented: { start: 20, min: 1, max: highest },
    limiter: (range) => new Failsafe({ ...range, jobs: 10 }),
  },
  {
    name: 'dotnet-hill-climbing',
    source: 'dotnet/runtime PortableThreadPool.HillClimbing.cs',
    documented: from1,
    limiter: (range, random) => new DotnetHillClimbing({ ...range, cpu: true }, random),
    expected: { 'as documented': { alone: 0.22 } },
  },
];

export const peers: readonly Peer[] = [
  fixed(1, { alone: 0.08 }),
  fixed(8, { alone: 0.23 }),
  fixed(16, { alone: 0.34 }),
  fixed(highest, { withGuard: 0.17 }),
  {
    name: 'envoy-gradient',
    variant: 'as documented',
    source: envoy,
    create: (random) => new EnvoyGradient({ start: 3, floor: 3, max: highest, samples: 50 }, random),
    expected: { alone: 0.24, withGuard: 0.3 },
  },
  {
    name: 'envoy-gradient',
    variant: 'bounded',
    source: envoy,
    create: (random) => new EnvoyGradient({ start: 2, floor: 1, max: highest, samples: 10 }, random),
  },
  {
    name: 'temporal-slots',
    variant: 'as documented',
    source: 'temporalio/sdk-core resource_based.rs @3e6ca9f',
    create: () => new TemporalSlots(),
    expected: { alone: 0.06 },
  },
  ...laws.flatMap(bothVariants),
];

function bothVariants({ name, source, documented, limiter, expected = {} }: Law): readonly Peer[] {
  const variant = (variant: Peer['variant'], range: Range): Peer => ({
    name,
    variant,
    source,
    create: (random) => limiter(range, random),
    ...(expected[variant] && { expected: expected[variant] }),
  });
  return [variant('as documented', documented), variant('bounded', bounded)];
}

function netflixLaw(
  name: string,
  documented: Range,
  law: (range: Range, random: Random) => SampleLaw,
  expected: Figures,
): readonly Law[] {
  const published = { source: netflix, documented };
  return [
    { ...published, name, limiter: (range, random) => new PerCompletion(law(range, random)), expected },
    { ...published, name: `${name}-windowed`, limiter: (range, random) => new WindowedLimit(law(range, random)) },
  ];
}

function fixed(limit: number, expected: Peer['expected']): Peer {
  return {
    name: `static-${String(limit)}`,
    variant: 'as documented',
    source: limit === 1 ? "RunPod's default" : 'a fixed number',
    create: () => new FixedLimiter(limit),
    ...(expected && { expected }),
  };
}
