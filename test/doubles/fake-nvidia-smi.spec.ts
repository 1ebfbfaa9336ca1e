import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { makeFakeNvidiaSmi, type FakeNvidiaSmi, type FakeNvidiaSmiOptions } from './fake-nvidia-smi.ts';

const run = promisify(execFile);
const fakes: FakeNvidiaSmi[] = [];

afterEach(async () => {
  for (const fake of fakes.splice(0)) await fake.close();
});

describe('the nvidia-smi that is not one', () => {
  it.each([{}, { light: true as const }])('shows its document and its list (%o)', async (options) => {
    const { query, list } = await make({ ...options, gpus: 2 });
    expect(await query()).toMatch(/<attached_gpus>2<[\s\S]*<\/nvidia_smi_log>\n$/);
    expect(await list()).toBe(
      'GPU 0: NVIDIA A100-SXM4-40GB (UUID: GPU-1a000000-0535-4a00-8000-000000000001)\n' +
        'GPU 1: NVIDIA A100-SXM4-40GB (UUID: GPU-1a000000-0535-4a00-8000-000000000002)\n',
    );
  });

  it.each([{}, { light: true as const }])('can be changed while it is in use (%o)', async (options) => {
    const { fake, query } = await make({ ...options, set: { 'utilization.gpu_util': '7 %' } });
    expect(await query()).toContain('<gpu_util>7 %</gpu_util>');
    fake.live({ utilization: 1, memoryUsedBytes: 2 ** 30 });
    expect(await query()).toMatch(/<used>1024 MiB<[\s\S]*<gpu_util>100 %</);
    fake.show('v13-595');
    expect(await query()).toContain('nvsmi_device_v13.dtd');
  });

  it('plays its steps in order and the last one from then on, whatever is listed between', async () => {
    const { fake, query, list } = await make({ play: 'empty*2,text,ok' });
    const first = [await query(), await query(), await list(), await query()];
    expect(first.map((text) => text.slice(0, 4))).toEqual(['', '', 'GPU ', 'Segm']);
    expect(await query()).toContain('</nvidia_smi_log>');
    expect(await query()).toContain('</nvidia_smi_log>');
    fake.play('empty');
    expect(await query()).toBe('');
  });

  it('logs each call, with how many others were alive', async () => {
    const { fake, query } = await make({ play: 'hang,ok' });
    const hanging = query().catch(() => undefined);
    while (fake.calls().length === 0) await new Promise(setImmediate);
    await query();
    const [first, second] = fake.calls();
    expect(first).toEqual({ args: ['-q', '-x'], pid: expect.any(Number), start: expect.any(Number), others: 0 });
    expect(second?.others).toBe(1);
    expect(second?.end).toBeGreaterThanOrEqual(second?.start ?? Infinity);
    await fake.close();
    await hanging;
  });

  it('is gone after its end, also where it hangs', async () => {
    const { fake, query } = await make({ play: 'hang-hard' });
    const hanging = query();
    while (fake.calls().length === 0) await new Promise(setImmediate);
    await fake.close();
    await expect(hanging).rejects.toThrow('Command failed');
    expect(existsSync(fake.path)).toBe(false);
  });

  it('has a document of 1.2 MB, one cut in the middle of a tag, and one that lacks devices', async () => {
    const { query } = await make({ gpus: 2, play: 'big,cut,vanish,zero' });
    expect((await query()).length).toBeGreaterThan(1_200_000);
    expect(await query()).toMatch(/<\/gpu$/);
    expect((await query()).match(/<gpu id/g)).toHaveLength(1);
    expect(await query()).not.toContain('<gpu id');
  });

  it('refuses an element or a play that does not exist', async () => {
    const { fake } = await make({});
    expect(() => fake.set({ 'utilization.gpu_use': '1 %' })).toThrow(
      'no element nvidia_smi_log.gpu[0].utilization.gpu_use',
    );
    expect(() => fake.play('ok,hung')).toThrow('"hung" is not a play');
    expect(() => fake.play('exit')).toThrow('take a number');
  });
});

async function make(options: FakeNvidiaSmiOptions) {
  const fake = await makeFakeNvidiaSmi(options);
  fakes.push(fake);
  const answer = async (...args: readonly string[]): Promise<string> =>
    (await run(`${fake.path}/nvidia-smi`, args, { maxBuffer: 2 ** 22 })).stdout;
  return { fake, query: () => answer('-q', '-x'), list: () => answer('-L') };
}
