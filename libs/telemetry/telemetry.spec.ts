import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CollectionFailure, Device, Sample, SourceKind, TelemetryEvent } from '#libs/core';
import type { Collected, Collector } from './collector.ts';
import { ownDevices } from './own-devices.ts';
import { Telemetry, type TelemetryFacts } from './telemetry.ts';

// The beat is a timer: time is a variable here, as it is for the clock handed in.
beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
});
afterEach(async () => {
  await telemetry?.close();
  vi.useRealTimers();
});

let telemetry: Telemetry | undefined;
const now = (): number => Date.now();
const refused: CollectionFailure = { result: 'error', message: 'refused', next: 'Start it.' };

function gpuSample(utilization: number, more: Partial<Sample> = {}): Sample {
  return {
    devices: [{ gpu: 'GPU-a' }],
    readings: [{ name: 'gpu.utilization', gpu: 'GPU-a', value: utilization }],
    missing: [],
    ...more,
  };
}

/** A source whose answer the test may change; undefined: it never answers. */
class Answers implements Collector {
  readonly kind: SourceKind;
  answer: Sample | CollectionFailure | undefined;
  durationMs = 0;
  asked = 0;

  constructor(kind: SourceKind, answer: Sample | CollectionFailure | undefined) {
    this.kind = kind;
    this.answer = answer;
  }

  async collect(): Promise<Collected> {
    this.asked += 1;
    const { answer, durationMs } = this;
    if (answer === undefined) return new Promise(() => undefined);
    if (durationMs > 0) await new Promise((done) => setTimeout(done, durationMs));
    return 'result' in answer ? { durationMs, failure: answer } : { durationMs, sample: answer };
  }
}

const host = (): Answers => new Answers('host', { readings: [{ name: 'host.cpu', value: 0.5 }], missing: [] });

interface Watched {
  readonly events: TelemetryEvent[];
  lost: number;
  readonly observe: () => TelemetryFacts;
}

function telemetryOf(...gpu: readonly Collector[]): Watched {
  return telemetryWith({}, ...gpu);
}

function telemetryWith(
  { intervalMs = 1000, environment = {} }: { readonly intervalMs?: number; readonly environment?: NodeJS.ProcessEnv },
  ...gpu: readonly Collector[]
): Watched {
  const watched: Watched = { events: [], lost: 0, observe: () => started.observe(now()) };
  const started = new Telemetry({
    host: host(),
    gpu,
    intervalMs,
    control: { own: ownDevices(environment), shared: false },
    now,
    onEvent: (event) => watched.events.push(event),
    onLost: () => (watched.lost += 1),
    close: () => Promise.resolve(),
  });
  telemetry = started;
  return watched;
}

async function pass(ms: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms);
}

const gpuReading = ({ readings }: TelemetryFacts) => readings.find(({ name }) => name === 'gpu.utilization');
const switches = ({ events }: Watched) => events.filter(({ type }) => type === 'source-switched');

describe('Telemetry', () => {
  it('tells host and device with unit, source and age', async () => {
    const nvml = new Answers('nvml', gpuSample(0.7));
    const { observe } = telemetryOf(nvml);
    await pass(400);
    expect(observe().readings).toEqual([
      { name: 'host.cpu', value: 0.5, unit: 'ratio', source: 'host', age: 400 },
      { name: 'gpu.utilization', gpu: 'GPU-a', value: 0.7, unit: 'ratio', source: 'nvml', age: 400 },
    ]);
  });

  it('counts the duration of the read and the age the source tells as age', async () => {
    const nvml = new Answers('nvml', gpuSample(0.7, { age: 200 }));
    nvml.durationMs = 300;
    const { observe } = telemetryOf(nvml);
    await pass(350);
    expect(gpuReading(observe())?.age).toBe(550);
  });

  it('skips the beats of a slow source instead of queueing them', async () => {
    const slow = new Answers('nvidia-smi', gpuSample(0.7));
    slow.durationMs = 1500;
    telemetryOf(slow);
    await pass(7900);
    expect(slow.asked).toBe(4);
  });

  it('keeps a reading for three intervals, then says that it is stale', async () => {
    const nvml = new Answers('nvml', gpuSample(0.7));
    const { observe } = telemetryOf(nvml);
    await pass(0);
    nvml.answer = refused;
    await pass(3000);
    expect(gpuReading(observe())?.age).toBe(3000);
    await pass(1);
    expect(observe().readings.map(({ name }) => name)).toEqual(['host.cpu']);
    expect(observe().missing).toEqual([{ name: 'gpu.utilization', gpu: 'GPU-a', why: 'stale' }]);
    nvml.answer = gpuSample(0.8);
    await pass(3000);
    expect(gpuReading(observe())?.value).toBe(0.8);
  });

  it('takes three of the intervals a source refreshes at, where that is seldom', async () => {
    const dcgm = new Answers('dcgm', gpuSample(0.7, { interval: 30_000 }));
    const { observe } = telemetryOf(dcgm);
    await pass(0);
    dcgm.answer = undefined;
    await pass(90_000);
    expect(gpuReading(observe())?.age).toBe(90_000);
    await pass(1);
    expect(gpuReading(observe())).toBeUndefined();
  });

  it('does not call a source stale that takes nearly two beats for each answer', async () => {
    const slow = new Answers('nvidia-smi', gpuSample(0.7));
    slow.durationMs = 1900;
    const { observe } = telemetryOf(slow);
    await pass(2000);
    for (let beat = 0; beat < 40; beat += 1) {
      expect(gpuReading(observe()), `at ${now()}`).toBeDefined();
      await pass(250);
    }
  });

  it('does not call a source stale that takes many short beats for each answer', async () => {
    const slow = new Answers('nvidia-smi', gpuSample(0.7));
    slow.durationMs = 1500;
    const { observe } = telemetryWith({ intervalMs: 100 }, slow);
    await pass(1600);
    for (let beat = 0; beat < 40; beat += 1) {
      expect(gpuReading(observe()), `at ${now()}`).toBeDefined();
      await pass(250);
    }
  });

  it('does not make a start wait for beats that are far apart', async () => {
    const smi = new Answers('nvidia-smi', gpuSample(0.7));
    const watched = telemetryWith({ intervalMs: 60_000 }, new Answers('nvml', refused), smi);
    await pass(4000);
    expect(gpuReading(watched.observe())?.source).toBe('nvidia-smi');
    await pass(56_000);
    expect(smi.asked).toBe(2);
  });

  it('falls over to the next source and takes the better one back, without ever mixing them', async () => {
    const nvml = new Answers('nvml', gpuSample(0.1));
    const smi = new Answers('nvidia-smi', gpuSample(0.2));
    const watched = telemetryOf(nvml, smi);
    await pass(1000);
    expect([gpuReading(watched.observe())?.source, smi.asked]).toEqual(['nvml', 0]);
    nvml.answer = refused;
    await pass(4000);
    expect(gpuReading(watched.observe())?.source).toBe('nvidia-smi');
    nvml.answer = gpuSample(0.1);
    await pass(64_000);
    expect(gpuReading(watched.observe())?.source).toBe('nvml');
    expect(watched.observe().readings.filter(({ name }) => name === 'gpu.utilization')).toHaveLength(1);
    expect(switches(watched)).toEqual([
      { type: 'source-switched', source: 'nvml', cause: 'start' },
      { type: 'source-switched', source: 'nvidia-smi', cause: 'failed', detail: 'nvml: refused' },
      { type: 'source-switched', source: 'nvml', cause: 'recovered' },
    ]);
  });

  it('leaves the host alone when the device does not answer', async () => {
    const { observe } = telemetryOf(new Answers('nvml', undefined));
    await pass(60_000);
    expect(observe().readings.map(({ name }) => name)).toEqual(['host.cpu']);
  });

  it('says with the reason of each when no source works, and the start can fail on it', async () => {
    const none: CollectionFailure = {
      result: 'spawn',
      message: 'no libnvidia-ml.so.1',
      next: 'Install it.',
      absent: true,
    };
    const watched = telemetryOf(new Answers('nvml', none), new Answers('nvidia-smi', refused));
    const found = telemetry?.found.catch((error: unknown) => String(error));
    await pass(4000);
    expect(await found).toMatch(
      /\[TELEMETRY_UNAVAILABLE\] No source of TELEMETRY_GPU works\. nvml: no libnvidia-ml\.so\.1\. nvidia-smi: refused\. Install it\. Start it\./,
    );
    expect(switches(watched)).toEqual([
      { type: 'source-switched', cause: 'start', detail: 'nvml: no libnvidia-ml.so.1; nvidia-smi: refused' },
    ]);
  });

  it('is found when any source answers', async () => {
    telemetryOf(new Answers('nvml', refused), new Answers('nvidia-smi', gpuSample(0.5)));
    await pass(4000);
    await expect(telemetry?.found).resolves.toBeUndefined();
  });

  it('rejects numbers that cannot be and tells which', async () => {
    const watched = telemetryOf(new Answers('nvml', gpuSample(1.7)));
    await pass(0);
    expect(watched.observe().missing).toEqual([{ name: 'gpu.utilization', gpu: 'GPU-a', why: 'rejected' }]);
    expect(watched.events).toContainEqual(
      expect.objectContaining({ type: 'collection', source: 'nvml', result: 'partial', rejected: ['gpu.utilization'] }),
    );
  });

  it('calls a device lost that was there before', async () => {
    const both: readonly Device[] = [{ gpu: 'GPU-a' }, { gpu: 'GPU-b' }];
    const nvml = new Answers('nvml', gpuSample(0.5, { devices: both }));
    const watched = telemetryOf(nvml);
    await pass(0);
    nvml.answer = gpuSample(0.5);
    await pass(1000);
    expect(watched.observe().missing).toContainEqual({ name: 'gpu.memory.used', gpu: 'GPU-b', why: 'lost' });
    expect(watched.events.at(-1)).toMatchObject({ result: 'partial' });
  });

  it('goes on with the device an index meant, when one before it is gone', async () => {
    const three: readonly Device[] = ['GPU-a', 'GPU-b', 'GPU-c'].map((gpu, index) => ({ gpu, index }));
    const readings = three.map(({ gpu }, index) => ({ name: 'gpu.utilization' as const, gpu, value: index / 10 }));
    const nvml = new Answers('nvml', { devices: three, readings, missing: [] });
    const watched = telemetryWith({ environment: { CUDA_VISIBLE_DEVICES: '1' } }, nvml);
    await pass(0);
    expect(gpuReading(watched.observe())?.gpu).toBe('GPU-b');
    const left = three.slice(1).map(({ gpu }, index) => ({ gpu, index }));
    nvml.answer = { devices: left, readings: readings.slice(1), missing: [] };
    await pass(1000);
    expect(gpuReading(watched.observe())?.gpu).toBe('GPU-b');
  });

  it('calls the instances of a device lost that was cut up by MIG', async () => {
    const cut: Device = { gpu: 'GPU-b', mig: 'on', instances: [{ instance: '1' }] };
    const nvml = new Answers('nvml', gpuSample(0.5, { devices: [{ gpu: 'GPU-a' }, cut] }));
    const watched = telemetryOf(nvml);
    await pass(0);
    nvml.answer = gpuSample(0.5);
    await pass(1000);
    expect(watched.observe().missing).toContainEqual({ name: 'gpu.mig.memory.used', gpu: 'GPU-b', why: 'lost' });
  });

  it('treats values that do not change any more as a failing source', async () => {
    const dcgm = new Answers('dcgm', gpuSample(0.5));
    const watched = telemetryOf(dcgm);
    await pass(0);
    dcgm.answer = gpuSample(0.5, { unchanged: true });
    await pass(3000);
    expect(switches(watched).at(-1)).toMatchObject({
      cause: 'failed',
      detail: 'dcgm: it answers, but its values do not change any more',
    });
  });

  it('tells once that the device has been gone for a minute, and never for one bad reading', async () => {
    const nvml = new Answers('nvml', gpuSample(0.5));
    const watched = telemetryOf(nvml);
    await pass(0);
    nvml.answer = refused;
    await pass(30_000);
    nvml.answer = gpuSample(0.5);
    await pass(60_000);
    expect(watched.lost).toBe(0);
    nvml.answer = refused;
    await pass(300_000);
    expect(watched.lost).toBe(1);
  });

  it('misses its own device, whatever others are still there', async () => {
    const both: readonly Device[] = [{ gpu: 'GPU-a' }, { gpu: 'GPU-b' }];
    const nvml = new Answers('nvml', gpuSample(0.5, { devices: both }));
    const watched = telemetryWith({ environment: { NVIDIA_VISIBLE_DEVICES: 'GPU-b' } }, nvml);
    await pass(0);
    nvml.answer = gpuSample(0.5);
    await pass(62_000);
    expect(watched.lost).toBe(1);
  });

  it('does not miss a device of others', async () => {
    const both: readonly Device[] = [{ gpu: 'GPU-a' }, { gpu: 'GPU-b' }];
    const nvml = new Answers('nvml', gpuSample(0.5, { devices: both }));
    const watched = telemetryWith({ environment: { NVIDIA_VISIBLE_DEVICES: 'GPU-a' } }, nvml);
    await pass(0);
    nvml.answer = gpuSample(0.5);
    await pass(300_000);
    expect(watched.lost).toBe(0);
  });

  it('does not miss a device that never was there', async () => {
    const watched = telemetryOf(new Answers('nvml', refused));
    await pass(300_000);
    expect(watched.lost).toBe(0);
  });
});
