import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import {
  makeFakeNvidiaSmi,
  type FakeNvidiaSmi,
  type FakeNvidiaSmiOptions,
} from '../../../../test/doubles/fake-nvidia-smi.ts';
import { runNvidiaSmi } from './run-nvidia-smi.ts';

const never = new AbortController().signal;
const soon = { timeout: 20_000, interval: 5 };

describe('our own nvidia-smi command', () => {
  it('answers what it wrote, on both pipes, whatever its status', async () => {
    await withFake({ play: 'stderr,exit:14,exit:9' }, async (run) => {
      expect(await run(never)).toEqual({
        status: 0,
        stdout: expect.stringMatching(/<\/nvidia_smi_log>\n$/),
        stderr: expect.stringContaining('infoROM'),
      });
      expect(await run(never)).toMatchObject({ status: 14, stdout: expect.stringMatching(/<\/nvidia_smi_log>\n$/) });
      expect(await run(never)).toMatchObject({ status: 9, stdout: expect.stringContaining('NVIDIA driver') });
    });
  });

  it('reads a document of more than 1 MiB', async () => {
    await withFake({ play: 'big' }, async (run) => {
      expect((await run(never)).stdout.length).toBeGreaterThan(1_200_000);
    });
  });

  it.each(['hang', 'hang-hard', 'grandchild'])(
    'ends by its signal when it plays %s, and is gone then',
    async (play) => {
      await withFake({ play: `${play},ok` }, async (run, fake) => {
        const stop = new AbortController();
        const reading = run(stop.signal);
        await vi.waitUntil(
          () => (play === 'grandchild' ? fake.calls()[0]?.end !== undefined : fake.calls().length === 1),
          soon,
        );
        stop.abort();
        await expect(reading).rejects.toMatchObject({ failure: { result: 'timeout', next: expect.any(String) } });
        await run(never);
        expect(fake.calls().map(({ others }) => others)).toEqual([0, 0]);
      });
    },
  );

  it('is not started when its signal has come already', async () => {
    await withFake({}, async (run, fake) => {
      await expect(run(AbortSignal.abort())).rejects.toMatchObject({ failure: { result: 'timeout' } });
      expect(fake.calls()).toEqual([]);
    });
  });

  it('that is not on the PATH is absent', async () => {
    const running = runNvidiaSmi(['-q', '-x'], { signal: never, env: { PATH: '/nowhere' } });
    await expect(running).rejects.toMatchObject({ failure: { result: 'spawn', absent: true } });
  });

  it('that may not be executed says so', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'no-nvidia-smi-'));
    writeFileSync(join(folder, 'nvidia-smi'), 'not a program');
    chmodSync(join(folder, 'nvidia-smi'), 0o644);
    const running = runNvidiaSmi(['-q', '-x'], { signal: never, env: { PATH: folder } });
    await expect(running).rejects.toMatchObject({
      failure: { result: 'spawn', message: expect.stringContaining('may not be executed') },
    });
    rmSync(folder, { recursive: true });
  });

  it('that something else kills says so', async () => {
    await withFake({ play: 'hang-hard' }, async (run, fake) => {
      const reading = run(never);
      await vi.waitUntil(() => fake.calls().length === 1, soon);
      process.kill(fake.calls()[0]?.pid ?? 0, 'SIGKILL');
      await expect(reading).rejects.toMatchObject({
        failure: { result: 'exit', message: 'nvidia-smi was ended by SIGKILL' },
      });
    });
  });
});

type Run = (signal: AbortSignal) => ReturnType<typeof runNvidiaSmi>;

async function withFake(options: FakeNvidiaSmiOptions, use: (run: Run, fake: FakeNvidiaSmi) => Promise<void>) {
  const fake = await makeFakeNvidiaSmi(options);
  try {
    await use((signal) => runNvidiaSmi(['-q', '-x'], { signal, env: { PATH: fake.path } }), fake);
  } finally {
    await fake.close();
  }
}
