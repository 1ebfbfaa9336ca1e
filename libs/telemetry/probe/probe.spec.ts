import { spawn } from 'node:child_process';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { TelemetryEvent } from '#libs/core';
import { fakeSystem, isRunning, type Behaviours, type FakeSystem } from '../../../test/fixtures/probe/fake-system.ts';
import type { ProbeTimes } from './probe-system.ts';
import { Probe } from './probe.ts';

const short: Partial<ProbeTimes> = { read: 250, term: 100, kill: 500 };
const probes: Probe[] = [];
const strays: number[] = [];
/** Only /proc tells what runs still. */
const isUntold = process.platform !== 'linux';
const patience = { timeout: 10_000, interval: 10 };

afterEach(async () => {
  for (const pid of strays.splice(0)) killNow(pid);
  await Promise.all(probes.splice(0).map((probe) => probe.close()));
});

it('reads a source with its sample and the time it took', async () => {
  const { probe } = start([{ nvml: 'refuse', 'nvidia-smi': 'throw,ok' }]);
  const host = probe.read('host');
  // One at a time; a source that was not configured never.
  expect([await probe.read('host'), await probe.read('dcgm')]).toEqual([undefined, undefined]);
  const sample = { readings: [{ name: 'host.cpu', value: 0.5 }], missing: [] };
  expect(await host).toEqual({ durationMs: expect.any(Number), sample });

  const failure = { result: 'empty', message: 'there is no device', next: 'Plug one in.' };
  expect(await probe.read('nvml')).toMatchObject({ failure });

  const message = expect.stringMatching(/^nvidia-smi failed: TypeError: not a device/);
  expect(await probe.read('nvidia-smi')).toMatchObject({ failure: { result: 'error', message } });
  expect(await probe.read('nvidia-smi')).toHaveProperty('sample');
});

describe('a source that hangs', () => {
  it.skipIf(isUntold)('costs its process; the next one answers', async () => {
    const { probe, events, system } = start([{ 'nvidia-smi': 'ok,hang', host: 'hang' }, {}], short);
    await probe.read('nvidia-smi');
    const [guilty, innocent] = [probe.read('nvidia-smi'), probe.read('host')];
    const message = 'nvidia-smi did not answer within 250 ms, so the process that reads it is ended';
    expect(await guilty).toMatchObject({ failure: { result: 'timeout', message } });
    expect(await innocent).toBeUndefined();
    expect(await readNext(probe, 'nvidia-smi')).toHaveProperty('sample');
    const detail = 'nvidia-smi did not answer within 250 ms';
    expect(events).toEqual([{ type: 'probe-restarted', cause: 'timeout', detail }]);
    expect(system.pids.map(isRunning)).toEqual([false, true]);
  });

  it('has longer for the first read in each process', async () => {
    const { probe, events } = start([{ host: 'hang' }], { ...short, firstRead: 500 });
    expect(await probe.read('host')).toMatchObject({ failure: { message: expect.stringContaining('within 500 ms') } });
    const second = await readNext(probe, 'host');
    expect(second).toMatchObject({ failure: { message: expect.stringContaining('within 500 ms') } });
    expect(events).toHaveLength(1);
  });

  it.skipIf(isUntold)('is killed where it does not hear SIGTERM', async () => {
    const { probe, system } = start([{ nvml: 'ok,hang-sync' }, {}], short);
    await probe.read('nvml');
    expect(await probe.read('nvml')).toMatchObject({ failure: { result: 'timeout' } });
    expect(await readNext(probe, 'nvml')).toHaveProperty('sample');
    expect(system.pids.map(isRunning)).toEqual([false, true]);
  });

  it('explains the silence of all others where it blocks the process', async () => {
    const { probe } = start([{ nvml: 'ok,hang-sync', host: 'ok,hang' }, {}], short);
    await Promise.all([probe.read('nvml'), probe.read('host')]);
    const host = probe.read('host');
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await probe.read('nvml')).toMatchObject({ failure: { result: 'timeout' } });
    expect(await host).toBeUndefined();
  });

  it('is not one whose answer came while the worker itself did not listen', async () => {
    const { probe } = start([{}], short);
    await probe.read('host');
    const reading = probe.read('host');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 4 * 250);
    expect(await reading).toHaveProperty('sample');
  });

  it.skipIf(isUntold)(
    'takes its commands with it, also those that hear no SIGTERM and hold the pipes, before the next starts',
    async () => {
      const { probe, events, system } = start([{ 'nvidia-smi': 'ok,stubborn-command' }, {}], short);
      await probe.read('nvidia-smi');
      expect(await probe.read('nvidia-smi')).toMatchObject({ failure: { result: 'timeout' } });
      const command = await commandOf(events);
      await vi.waitUntil(() => system.pids.length > 1, { timeout: 10_000, interval: 1 });
      expect([...system.pids.slice(0, 1), command].map(isRunning)).toEqual([false, false]);
      expect(await readNext(probe, 'nvidia-smi')).toHaveProperty('sample');
    },
  );
});

describe('a process that ends by itself', () => {
  it('fails what waits for it, with its last words', async () => {
    const { probe, events } = start([{ host: 'ok,crash', 'nvidia-smi': 'ok,hang' }, {}]);
    await Promise.all([probe.read('host'), probe.read('nvidia-smi')]);
    const message = expect.stringMatching(/exited with code 1; its last line: Error: the driver is gone/);
    for (const collected of await Promise.all([probe.read('host'), probe.read('nvidia-smi')])) {
      expect(collected).toMatchObject({ failure: { result: 'exit', message } });
    }
    expect(await readNext(probe, 'host')).toHaveProperty('sample');
    expect(events.at(-1)).toMatchObject({ type: 'probe-restarted', cause: 'crash' });
  });

  it('did so because of the driver library, if that was being called', async () => {
    const { probe } = start([{ nvml: 'ok,crash', host: 'ok,hang' }, {}]);
    await Promise.all([probe.read('nvml'), probe.read('host')]);
    const [nvml, host] = await Promise.all([probe.read('nvml'), probe.read('host')]);
    expect(nvml).toMatchObject({ failure: { result: 'exit' } });
    expect(host).toBeUndefined();
  });

  it('is only replaced when nobody waits for it', async () => {
    const { probe, events, system } = start([{}]);
    await probe.read('host');
    killNow(system.pids[0]);
    await vi.waitFor(() => expect(events).toHaveLength(1), patience);
    expect(events).toEqual([{ type: 'probe-restarted', cause: 'crash', detail: 'it was killed by SIGKILL' }]);
    expect(await readNext(probe, 'host')).toHaveProperty('sample');
  });

  it.skipIf(isUntold)('leaves no command behind', async () => {
    const { probe, events, system } = start([{ 'nvidia-smi': 'stubborn-command' }, {}]);
    const cutOff = probe.read('nvidia-smi');
    const command = await commandOf(events);
    killNow(system.pids[0]);
    expect(await cutOff).toMatchObject({ failure: { result: 'exit' } });
    expect(await readNext(probe, 'nvidia-smi')).toHaveProperty('sample');
    expect(isRunning(command)).toBe(false);
  });

  it('is told to whoever asks next, if it could not even be started', async () => {
    const start = () => spawn('/no/such/program', { stdio: ['ignore', 'ignore', 'pipe', 'pipe'] });
    const { probe } = startWith({ ...fakeSystem([{}], { firstBackOff: 20_000, longestBackOff: 20_000 }), start });
    const next = expect.stringContaining('may be run');
    await vi.waitFor(async () => {
      expect(await probe.read('host')).toMatchObject({ failure: { result: 'spawn', next } });
    }, patience);
  });
});

describe('what comes over the channel', () => {
  it.skipIf(isUntold).each(['raw', 'malformed', 'endless'])(
    'ends a process that says what is no answer: %s',
    async (behaviour) => {
      const { probe, events, system } = start([{ host: behaviour }, {}], short);
      expect(await probe.read('host')).toMatchObject({ failure: { result: 'parse' } });
      expect(await readNext(probe, 'host')).toHaveProperty('sample');
      expect(events).toMatchObject([{ type: 'probe-restarted', cause: 'channel' }]);
      expect(isRunning(system.pids[0] ?? 0)).toBe(false);
    },
  );

  it('includes what is said on stderr, line by line', async () => {
    const { probe, events } = start([{ host: 'say' }]);
    await probe.read('host');
    await vi.waitFor(() => expect(events).toHaveLength(2), patience);
    expect(events).toEqual([
      { type: 'probe-said', text: 'x'.repeat(500) },
      { type: 'probe-said', text: 'second line' },
    ]);
  });
});

describe('a process that SIGKILL does not end', () => {
  const unkillable = { ...short, term: 30, kill: 30 };
  const hangs: Behaviours = { nvml: 'ok,hang-sync' };

  it('is left behind; only its source is not asked until it is gone', async () => {
    const { probe, events, system } = startUnkillable([hangs, {}], unkillable);
    await probe.read('nvml');
    await probe.read('nvml');
    await vi.waitFor(() => expect(probe.abandoned).toBe(1), patience);
    const [pid] = system.pids;
    const message = `nvml is stuck in process ${pid}, which cannot be killed`;
    expect(await probe.read('nvml')).toMatchObject({ failure: { result: 'stuck', message } });
    expect(await readNext(probe, 'host')).toHaveProperty('sample');
    killNow(pid);
    expect(await readNext(probe, 'nvml', 'failure')).toHaveProperty('sample');
    expect(probe.abandoned).toBe(0);
    expect(system.pids).toHaveLength(2);
    expect(events.map(({ type }) => type)).toEqual(['probe-abandoned', 'probe-restarted', 'probe-reaped']);
    expect(events[0]).toEqual({ type: 'probe-abandoned', pid, source: 'nvml' });
  });

  it('is followed by no third one when it is the second', async () => {
    const { probe, system } = startUnkillable([hangs, { host: 'ok,hang-sync' }, {}], unkillable);
    await probe.read('nvml');
    await probe.read('nvml');
    await readNext(probe, 'host');
    await probe.read('host');
    const both = `host is not read because of processes ${system.pids.join(' and ')}, which cannot be killed`;
    await vi.waitFor(
      async () => expect(await probe.read('host')).toMatchObject({ failure: { message: both } }),
      patience,
    );
    expect(await probe.read('nvidia-smi')).toMatchObject({ failure: { result: 'stuck' } });
    expect([probe.abandoned, system.pids.length]).toEqual([1, 2]);
    killNow(system.pids[0]);
    expect(await readNext(probe, 'nvml', 'failure')).toHaveProperty('sample');
    const message = `host is stuck in process ${system.pids[1]}, which cannot be killed`;
    expect(await probe.read('host')).toMatchObject({ failure: { result: 'stuck', message } });
    expect([probe.abandoned, system.pids.length]).toEqual([1, 3]);
  });

  it.skipIf(isUntold)('does not hold up the end of the worker', async () => {
    const { probe, system } = startUnkillable([hangs], unkillable);
    await probe.read('nvml');
    void probe.read('nvml');
    await probe.close();
    expect(system.pids.map(isRunning)).toEqual([true]);
  });
});

describe('closing', () => {
  it('while a process is found to be stuck leaves nothing that goes on looking at it', async () => {
    const { probe, events } = startUnkillable([{ nvml: 'ok,hang-sync' }], { ...short, term: 30, kill: 30 });
    await probe.read('nvml');
    expect(await probe.read('nvml')).toMatchObject({ failure: { result: 'timeout' } });
    await probe.close();
    expect([probe.abandoned, events]).toEqual([0, []]);
  });

  it.skipIf(isUntold)('leaves neither the process nor a command of its', async () => {
    const { probe, events, system } = start([{ 'nvidia-smi': 'command' }]);
    const cutOff = probe.read('nvidia-smi');
    const command = await commandOf(events);
    await probe.close();
    expect([...system.pids, command].map(isRunning)).toEqual([false, false]);
    expect(await cutOff).toBeUndefined();
    expect(await probe.read('host')).toBeUndefined();
    expect(events).toHaveLength(1);
  });

  it.skipIf(isUntold)('is done by the process itself when it hears SIGTERM, its commands included', async () => {
    const { probe, events, system } = startUnkillable([{ 'nvidia-smi': 'stubborn-command' }]);
    const cutOff = probe.read('nvidia-smi');
    const started = [...system.pids, await commandOf(events)];
    process.kill(-(system.pids[0] ?? 0), 'SIGTERM');
    await cutOff;
    await vi.waitFor(() => expect(started.filter(isRunning)).toEqual([]), patience);
  });

  it.skipIf(isUntold)('kills what does not hear SIGTERM', async () => {
    const { probe, events, system } = start([{ nvml: 'command-and-hang-sync' }], short);
    void probe.read('nvml');
    const command = await commandOf(events);
    await probe.close();
    expect([...system.pids, command].map(isRunning)).toEqual([false, false]);
  });

  it.skipIf(isUntold)('does not wait for a restart', async () => {
    const times = { firstBackOff: 60_000, longestBackOff: 60_000 };
    const { probe, system } = startWith({ ...fakeSystem([{ host: 'crash' }], times), random: () => 1 });
    await probe.read('host');
    await vi.waitFor(() => expect(system.pids.map(isRunning)).toEqual([false]), patience);
    const before = performance.now();
    await Promise.all([probe.close(), probe.close()]);
    expect(performance.now() - before).toBeLessThan(20_000);
    expect(system.pids).toHaveLength(1);
  });
});

interface Started<System> {
  readonly probe: Probe;
  readonly events: readonly TelemetryEvent[];
  readonly system: System;
}

function start(lives: readonly Behaviours[], times?: Partial<ProbeTimes>): Started<FakeSystem> {
  return startWith(fakeSystem(lives, times));
}

/** Its signals go nowhere. */
function startUnkillable(lives: readonly Behaviours[], times?: Partial<ProbeTimes>): Started<FakeSystem> {
  const system = fakeSystem(lives, times);
  const started = startWith({ ...system, kill: (pid) => void strays.push(pid) });
  return { ...started, system };
}

function startWith<System extends FakeSystem>(system: System): Started<System> {
  const events: TelemetryEvent[] = [];
  const probe = new Probe({
    sources: [{ kind: 'host' }, { kind: 'nvml' }, { kind: 'nvidia-smi' }],
    intervalMs: 100,
    onEvent: (event) => events.push(event),
    system,
  });
  probes.push(probe);
  return { probe, events, system };
}

/** Asks until there is a verdict, and further while it is the one that is to pass. */
async function readNext(probe: Probe, kind: 'host' | 'nvml' | 'nvidia-smi', passing?: 'failure'): Promise<unknown> {
  return vi.waitUntil(async () => {
    const collected = await probe.read(kind);
    return collected !== undefined && passing !== undefined && passing in collected ? undefined : collected;
  }, patience);
}

async function commandOf(events: readonly TelemetryEvent[]): Promise<number> {
  return vi.waitUntil(
    () => {
      const texts = events.flatMap((event) => (event.type === 'probe-said' ? [event.text] : []));
      return Number(/command (\d+)/.exec(texts.join('\n'))?.[1] ?? 0);
    },
    { timeout: 10_000, interval: 5 },
  );
}

function killNow(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Gone already.
  }
}
