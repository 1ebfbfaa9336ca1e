import { describe, expect, it } from 'vitest';
import type { Sample } from '#libs/core';
import type { Examined } from '#libs/telemetry';
import { chooseSource } from './choose-source.ts';
import { hostFinding } from './host-finding.ts';
import { sourceFindings } from './source-findings.ts';
import { verdict } from './verdict.ts';

const [first, second] = ['GPU-1', 'GPU-2'];

function answered(changes: Partial<Examined> = {}): Examined {
  const readings = [
    { name: 'gpu.utilization', gpu: first, value: 0.5 },
    { name: 'gpu.utilization', gpu: second, value: 0.7 },
  ] as const;
  const control = {
    readings: readings.map((each) => ({ ...each, unit: 'ratio', source: 'nvml' }) as const),
    missing: [],
  };
  const sample: Sample = { readings, missing: [], devices: [{ gpu: first }, { gpu: second }] };
  return { source: 'nvml', latencies: [20, 2, 3, 4, 5], rejected: [], sample, control, ...changes };
}

function broken(failure: NonNullable<Examined['failure']>, changes: Partial<Examined> = {}): Examined {
  return { source: 'nvml', latencies: [], rejected: [], failure, ...changes };
}

function findingsOf(gpu: readonly string[], examined: readonly Examined[]) {
  const choice = chooseSource(gpu, examined);
  const all = [...sourceFindings(examined, choice), verdict(examined, choice, { gpu, shared: false, interval: 1000 })];
  return Object.fromEntries(all.map(({ what, mark, found }) => [what, `${mark} ${found}`]));
}

describe('what is said of a source', () => {
  it('names the process that nothing ends', () => {
    const stuck = broken({ result: 'timeout', message: 'nvml did not answer within 15 s' }, { leftBehind: 4711 });
    expect(findingsOf(['nvml'], [stuck])['nvml']).toBe(
      'FAILED Does not work: nvml did not answer within 15 s.\n' +
        'Process 4711, which was to read it, hangs in the kernel and cannot be ended. It goes when the driver answers or the host is rebooted.',
    );
  });

  it('counts the reads that came before the one that failed', () => {
    const failing = broken({ result: 'exit', message: 'it ended' }, { latencies: [9, 2], failedAfterMs: 2000 });
    expect(findingsOf(['nvml'], [failing])['nvml']).toBe(
      'FAILED Does not work: it ended (after 2 s). It had answered 2 times before.',
    );
  });

  it('separates what starts the process from what a read costs', () => {
    expect(findingsOf(['nvml'], [answered()])['nvml']).toContain(
      '20 ms with the start of its process, then 3 ms, at most 5 ms.',
    );
  });

  it('does not let a broken source fail where another one is used', () => {
    const nvml = broken({ result: 'error', message: 'it cannot start', next: 'Repair it.' });
    expect(findingsOf(['auto'], [nvml, answered({ source: 'nvidia-smi' })])).toEqual({
      nvml: '- Does not work: it cannot start.\nRepair it.',
      'nvidia-smi': expect.stringMatching(/^ok Works\./),
      gpu: expect.stringMatching(/^ok Readings come from nvidia-smi, because nvml does not work\./),
    });
  });

  it('names a family of readings by its beginning only when all of it is missing', () => {
    const times = [
      'sw-power-cap',
      'sync-boost',
      'sw-thermal-slowdown',
      'hw-thermal-slowdown',
      'hw-power-brake',
    ] as const;
    const missing = times.map(
      (each) => ({ name: `gpu.clock.limit.time.${each}`, gpu: first, why: 'not-exported' }) as const,
    );
    const lineOf = (count: number) =>
      findingsOf(['nvml'], [answered({ sample: { readings: [], missing: missing.slice(0, count), devices: [] } })])[
        'nvml'
      ];
    expect(lineOf(5)).toMatch(/Missing, because the source does not export it: gpu\.clock\.limit\.time\.\*\.$/);
    expect(lineOf(1)).toMatch(/it: gpu\.clock\.limit\.time\.sw-power-cap\.$/);
  });
});

describe('what is said of strategies', () => {
  it('is how many devices they see', () => {
    expect(findingsOf(['nvml'], [answered()])['gpu']).toContain('Strategies may act on gpu.utilization of all 2 GPUs.');
  });

  it('is which of them are ours, where the environment names them', () => {
    const { control } = answered();
    const own = { missing: [], readings: (control?.readings ?? []).slice(1) };
    expect(findingsOf(['nvml'], [answered({ control: own })])['gpu']).toContain(
      'Strategies may act on gpu.utilization of GPU-2: CUDA_VISIBLE_DEVICES or NVIDIA_VISIBLE_DEVICES says that the others are not ours.',
    );
  });

  it('is that they have nothing to act on before the first request of a model server', () => {
    const sample: Sample = { readings: [], missing: [], backend: 'vllm' };
    const server = answered({ source: 'model-server', sample, control: { readings: [], missing: [] } });
    const found = findingsOf(['model-server:http://127.0.0.1:8000'], [server]);
    expect(found['model-server']).toContain(
      'It tells no number yet: some servers show none before their first request.',
    );
    expect(found['gpu']).toContain('No strategy can act on them: what they listen to is missing.');
  });
});

describe('what is said of the host', () => {
  const readings: Sample['readings'] = [
    { name: 'host.cpu', value: 0.25 },
    { name: 'host.memory.used', value: 2 ** 30 },
    { name: 'host.memory.limit', value: 2 ** 32 },
  ];

  it('is whose CPU it is, where no cgroup of version 2 counts ours', () => {
    const missing: Sample['missing'] = [{ name: 'host.cpu.throttled', why: 'not-supported' }];
    const { found } = hostFinding(answered({ source: 'host', sample: { readings, missing } }));
    expect(found).toContain('CPU 25 %, memory 1.0 of 4.0 GiB');
    expect(found).toContain("CPU is the whole machine's: there is no cgroup (version 2)");
    expect(found).toContain('Pressure is not told');
  });

  it('is how long our own cgroup was throttled, and what waited', () => {
    const own: Sample['readings'] = [
      { name: 'host.cpu.throttled', value: 12 },
      { name: 'host.pressure.io', value: 0.04 },
    ];
    const { found } = hostFinding(
      answered({ source: 'host', sample: { readings: [...readings, ...own], missing: [] } }),
    );
    expect(found).toContain('CPU 25 %, throttled so far 12.0 s, memory 1.0 of 4.0 GiB');
    expect(found).toContain('of the last 10 s something waited for disks 4 %');
    expect(found).not.toContain('whole machine');
  });
});
