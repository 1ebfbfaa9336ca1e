import { whysMissing, type JobSample, type MissingReading, type Observation, type Reading } from '#libs/core';

/** What one period looked like at the limit in force. */
export type Period = (limit: number) => Observation;
export type History = readonly Period[];

const periodMs = 1000;
const gibibyte = 2 ** 30;

/** Seeded histories of everything that may happen, good and bad, at random: no law should break on any of them. */
export function fuzzHistories(): readonly History[] {
  return [1, 2, 3, 4, 5, 6].map((seed) => fuzzHistory(seed, 150));
}

function fuzzHistory(seed: number, length: number): History {
  const draw = stream(seed);
  // Each history has its own nature: with and without deadlines, devices, a queue that can tell its depth.
  const [deadlines, devices, depths] = [seed % 2 === 1, seed % 3 !== 0, seed % 4 !== 0];
  return Array.from({ length }, (_, seq) => {
    const numbers = Array.from({ length: 40 }, () => draw());
    return (limit) => fuzzPeriod({ seq, limit, numbers, deadlines, devices, depths });
  });
}

interface Fuzz {
  readonly seq: number;
  readonly limit: number;
  readonly numbers: readonly number[];
  readonly deadlines: boolean;
  readonly devices: boolean;
  readonly depths: boolean;
}

function fuzzPeriod({ seq, limit: inForce, numbers, deadlines, devices, depths }: Fuzz): Observation {
  const at = (index: number): number => numbers[index % numbers.length] ?? 0;
  const idle = at(0) < 0.15;
  const t = (seq + 1) * periodMs + at(1);
  // Now and then someone else moves the limit: an override, a resume, an out-of-memory cut.
  const limit = at(2) < 0.05 ? 1 + Math.floor(64 * at(3)) : inForce;
  const mean = idle ? 0 : limit * at(4);
  const count = idle || at(5) < 0.1 ? 0 : at(6) < 0.2 ? 64 : Math.floor(12 * at(7));
  const samples = Array.from({ length: count }, (_, index): JobSample => {
    const service = 1 + 3000 * at(8 + index) ** 2;
    const deadline = deadlines && at(9 + index) < 0.9 ? 1000 : null;
    return [t - periodMs * at(10 + index), service, Math.max(1, mean), deadline, null, 0];
  });
  const late = samples.filter(([, service, , deadline]) => deadline !== null && service > deadline).length;
  const rare = (index: number): number => (at(index) < 0.06 ? 1 + Math.floor(5 * at(index + 1)) : 0);
  const timedOut = rare(11);
  const told = devices ? deviceReadings(at(14), at(15), 4000 * at(16) ** 4) : [];
  // All there, none, or some of them, for any reason there is.
  const readings = at(13) < 0.7 ? told : at(13) < 0.85 ? [] : told.filter((_, index) => at(34 + index) < 0.5);
  const why = whysMissing[Math.floor(at(38) * whysMissing.length)] ?? 'stale';
  const missing = told.length === 0 ? noDevice : missingOf(told, readings, why);
  return {
    seq,
    t,
    period: periodMs,
    limit,
    inFlight: { mean, max: Math.ceil(mean), last: Math.floor(mean) },
    limited: idle ? 0 : at(17),
    ...(depths && { queue: { waiting: at(18) < 0.4 ? 0 : Math.floor(500 * at(19)), oldest: 9000 * at(20) } }),
    ...(count > 0 && { wait: { p50: 2000 * at(21), p95: 4000 * at(22) } }),
    jobs: {
      started: count,
      succeeded: count === 64 ? 320 : count,
      failed: rare(23),
      throttled: rare(25),
      outOfMemory: rare(27),
      timedOut,
      cancelled: rare(29),
      late: late + timedOut,
    },
    samples,
    ...(count === 64 && { sampled: 0.2 }),
    readings,
    missing,
    ...(at(31) < 0.7 && { modifier: { returned: Math.floor(100 * at(32)), duration: 5 * at(33) } }),
  };
}

const noDevice: readonly MissingReading[] = [{ name: 'gpu.utilization', why: 'failed' }];

function missingOf(
  told: readonly Reading[],
  readings: readonly Reading[],
  why: MissingReading['why'],
): readonly MissingReading[] {
  return told
    .filter((reading) => !readings.includes(reading))
    .map(({ name, gpu }) => ({ name, ...(gpu !== undefined && { gpu }), why }));
}

/** Every signal says "too much": jobs late, devices full, the upstream throttles. */
export function overloaded(seq: number, limit: number): Observation {
  return steady(seq, limit, { service: 3000, level: 0.99, throttled: 1 });
}

/** Every signal says "more would do": jobs early, devices idle, a deep queue, the limit used. */
export function healthy(seq: number, limit: number): Observation {
  return steady(seq, limit, { service: 100, level: 0.3, throttled: 0 });
}

interface Condition {
  readonly service: number;
  readonly level: number;
  readonly throttled: number;
}

const deadlineMs = 1000;

function steady(seq: number, limit: number, { service, level, throttled }: Condition): Observation {
  const t = (seq + 1) * periodMs;
  const gate = Math.floor(limit);
  const slack = service / deadlineMs;
  const count = Math.min(64, Math.max(8, gate));
  const late = service > deadlineMs ? count : 0;
  return {
    seq,
    t,
    period: periodMs,
    limit,
    inFlight: { mean: gate, max: gate, last: gate },
    limited: 1,
    queue: { waiting: 1000, oldest: 60_000 },
    wait: { p50: 5000, p95: 9000 },
    jobs: { started: count, succeeded: count, failed: 0, throttled, outOfMemory: 0, timedOut: 0, cancelled: 0, late },
    service: { mean: service, p50: service, p90: service, p95: service },
    slack: { p50: slack, p90: slack },
    samples: Array.from({ length: count }, () => [t, service, gate, deadlineMs, null, 0] as const),
    readings: deviceReadings(level, level, 0),
    missing: [],
  };
}

function deviceReadings(utilization: number, memory: number, age: number): readonly Reading[] {
  const reading = { gpu: 'GPU-0', source: 'simulated', age };
  return [
    { ...reading, name: 'gpu.utilization', value: utilization, unit: 'ratio' },
    { ...reading, name: 'gpu.memory.used', value: memory * 80 * gibibyte, unit: 'bytes' },
    { ...reading, name: 'gpu.memory.total', value: 80 * gibibyte, unit: 'bytes' },
    { ...reading, name: 'host.cpu', value: utilization, unit: 'ratio' },
  ];
}

/** Uniform numbers in [0, 1), the same for the same seed (mulberry32). */
function stream(seed: number): () => number {
  let state = seed * 0x9e3779b9;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}
