import { existsSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { makeFakeNvidiaSmi, type FakeNvidiaSmiOptions } from '../doubles/fake-nvidia-smi.ts';
import { startFakeMetrics, type MetricsPlan } from '../doubles/fake-metrics.ts';
import { dcgmPage } from '../doubles/fake-metrics/dcgm-page.ts';
import { vllmPage } from '../doubles/fake-metrics/model-server-pages.ts';
import { buildNvmlStub } from '../fixtures/nvml/build-stub.ts';
import { hasLoaded, runDoctor, type DoctorRun } from './doctor-run.ts';

// A real driver's library would be found where these situations have none.
const isWithoutDriver =
  process.platform === 'linux' && !existsSync('/proc/driver/nvidia') && !existsSync('/dev/nvidiactl');
const stub = await buildNvmlStub();
const closers: (() => Promise<void>)[] = [async () => stub?.close()];
afterAll(async () => {
  await Promise.all(closers.map(async (close) => close()));
});

/** Settings that let the stub be found as the library of the driver, and tell it what to do. */
function nvml(settings: Readonly<Record<string, number>> = {}): Readonly<Record<string, string>> {
  const told = Object.entries(settings).map(([name, value]) => [`NVML_STUB_${name}`, String(value)]);
  return { LD_LIBRARY_PATH: stub?.folder ?? '', ...Object.fromEntries(told) };
}

async function nvidiaSmi(options: FakeNvidiaSmiOptions = {}): Promise<{ readonly PATH: string }> {
  const fake = await makeFakeNvidiaSmi(options);
  closers.push(() => fake.close());
  return { PATH: fake.path };
}

async function dcgm(plan: MetricsPlan): Promise<{ readonly TELEMETRY_GPU: string }> {
  return { TELEMETRY_GPU: `dcgm:${await served(plan)}` };
}

async function served(plan: MetricsPlan): Promise<string> {
  const server = await startFakeMetrics(plan);
  closers.push(() => server.close());
  return server.url;
}

/** They differ from run to run. */
const latencies = /5 reads: [\d.]+ m?s with the start of its process, then [\d.]+ m?s, at most [\d.]+ m?s\./;

function told({ findings }: DoctorRun, what: string): string {
  const { mark, text } = findings.get(what) ?? { mark: 'nothing', text: '' };
  return `${mark} ${text.replace(latencies, '5 reads: as fast as they are.')}`;
}

const reads = 'Works. 5 reads: as fast as they are.';
const startsWithout =
  'A worker starts all the same, without GPU readings (TELEMETRY_GPU=auto). Strategies that need GPU readings hold their limit; the others do without.';
const noLibrary =
  'Not here: libnvidia-ml.so.1, the library of the NVIDIA driver, cannot be loaded: cannot open shared object file: No such file or directory.';
const noCommand = 'Not here: there is no nvidia-smi on the PATH.';
const giveGpu =
  'If there is a GPU, give it to the container (docker run --gpus all, or nvidia.com/gpu: 1 in Kubernetes) with NVIDIA_DRIVER_CAPABILITIES=utility; outside of containers, install the NVIDIA driver.';
const [first, second] = ['GPU-d0c70000-0000-4000-8000-000000000001', 'GPU-d0c70000-0000-4000-8000-000000000002'];

describe.concurrent('doctor, read by somebody who knows only its text', () => {
  it.runIf(isWithoutDriver)('says of a machine without a GPU what is not here, and that a worker starts', async () => {
    const run = await runDoctor({});
    expect(told(run, 'nvml')).toBe(`- ${noLibrary}`);
    expect(told(run, 'nvidia-smi')).toBe(`- ${noCommand}`);
    expect(told(run, 'gpu')).toBe(`- No GPU was found. ${giveGpu} ${startsWithout}`);
    expect(told(run, 'host')).toMatch(/^ok 5 reads: as fast as they are\. CPU \d+ %, memory [\d.]+ of [\d.]+ GiB /);
    expect(run).toMatchObject({ status: 0, left: [], stderr: '' });
  });

  it.runIf(isWithoutDriver)('says that a worker does not start when what is named is not here', async () => {
    const run = await runDoctor({ TELEMETRY_GPU: 'nvml,nvidia-smi' });
    expect(told(run, 'nvml')).toBe(`FAILED ${noLibrary}`);
    expect(told(run, 'nvidia-smi')).toBe(`FAILED ${noCommand}`);
    expect(told(run, 'gpu')).toBe(
      `FAILED No GPU was found. ${giveGpu} A worker does not start: TELEMETRY_GPU=nvml,nvidia-smi names what does not work. ` +
        'Repair it as said above, or set TELEMETRY_GPU=auto (a GPU if there is one) or none.',
    );
    expect(run.status).toBe(1);
  });

  it.skipIf(stub === undefined)(
    'names a GPU without permission, and who may give it (needs a C compiler)',
    async () => {
      const run = await runDoctor({ ...nvml({ init: 4 }), ...(await nvidiaSmi({ play: 'exit:4' })) });
      expect(told(run, 'nvml')).toBe(
        'FAILED Does not work: NVML (the library of the driver) cannot start: the driver gives this user no permission (NVML code 4). ' +
          'Let this user read and write the device files (ls -l /dev/nvidia* shows who may); ' +
          'give a container the GPU (docker run --gpus all, or nvidia.com/gpu: 1 in Kubernetes) and not single files.',
      );
      // The same next step is not said twice.
      expect(told(run, 'nvidia-smi')).toBe(
        'FAILED Does not work: nvidia-smi ended with status 4: Failed to initialize NVML: Insufficient Permissions.',
      );
      expect(told(run, 'gpu')).toBe(`FAILED No GPU can be read, for the reasons above. ${startsWithout}`);
      expect(run.status).toBe(1);
    },
  );

  it.skipIf(stub === undefined)(
    'explains MIG, and how to say which instance is ours (needs a C compiler)',
    async () => {
      const run = await runDoctor({ ...nvml({ mig: 1 }) });
      expect(told(run, 'nvml')).toBe(
        `ok ${reads} GPU 0: NVIDIA Stub-80GB, driver 580.65.06, GPU-5afe0000-0000-4000-8000-000000000000 ` +
          'memory 1.0 of 80.0 GiB, reserved 0.5 GiB ' +
          'power 264 of 700 W, energy 1670 kWh, temperature 41 °C, memory temperature 52 °C ' +
          'clock 1410 MHz, memory clock 2619 MHz, held back by sw-power-cap and hw-thermal-slowdown ' +
          'ECC errors: corrected 5,000,000,000, uncorrected 2 ' +
          'MIG is on: the GPU is cut into instances, and 2 of them can be seen here. No tool tells its utilisation then: ' +
          'steer by memory (signal gpu-memory), deadlines or throughput. ' +
          'Instance 1: 1g.10gb, MIG-5afe0000-0000-4000-8000-000001000000, MIG-5afe0000-0000-4000-8000-000002000000 ' +
          'memory 0.3 of 10.0 GiB ' +
          'Instance 5: 1g.10gb, MIG-5afe0000-0000-4000-8000-000003000000 memory 1.3 of 10.0 GiB ' +
          'Missing, because MIG is on: gpu.utilization, gpu.memory.bandwidth, gpu.engine.*.',
      );
      expect(told(run, 'nvidia-smi')).toBe(`- ${noCommand} Not needed: nvml works.`);
      expect(told(run, 'gpu')).toBe(
        'ok Readings come from nvml. No strategy can act on them: nothing says which of the MIG instances is ours. ' +
          'Set NVIDIA_VISIBLE_DEVICES to its name above (MIG-…).',
      );
      expect(run.status).toBe(0);
    },
  );

  it('takes the one MIG instance that is seen for ours', async () => {
    const run = await runDoctor({ TELEMETRY_GPU: 'nvidia-smi', ...(await nvidiaSmi({ document: 'mig-1' })) });
    expect(told(run, 'nvidia-smi')).toContain('1 of them can be seen here');
    expect(told(run, 'gpu')).toBe(
      'ok Readings come from nvidia-smi. Strategies may act on gpu.mig.memory.used, gpu.mig.memory.total.',
    );
  });

  it.skipIf(stub === undefined)(
    'gives a driver that hangs 15 s, and leaves nothing behind (needs a C compiler)',
    async () => {
      const run = await runDoctor({ ...nvml({ hang: 600 }) });
      expect(told(run, 'nvml')).toBe(
        'FAILED Does not work: nvml did not answer within 15 s, so the process that reads it is ended. ' +
          'Run nvidia-smi by hand on the host. If it hangs too, look for lines with Xid or NVRM in dmesg, ' +
          'then reset the GPU (nvidia-smi --gpu-reset) or reboot the host. ' +
          'If it is only slow, turn on persistence mode (nvidia-smi -pm 1).',
      );
      expect(told(run, 'nvidia-smi')).toBe(`- ${noCommand}`);
      expect(told(run, 'gpu')).toBe(
        'FAILED No GPU can be read, for the reasons above. What hangs for Flyball is likely to hang for the jobs that use the GPU too. ' +
          startsWithout,
      );
      expect(run.stderr).toMatch(/nvml +is still being read; what does not answer is given up after 15 s/);
      expect(run).toMatchObject({ status: 1, left: [] });
      expect(run.seconds).toBeLessThan(30);
    },
  );

  it.skipIf(stub === undefined)(
    'tells a library that crashes the process that reads (needs a C compiler)',
    async () => {
      const run = await runDoctor({ ...nvml({ crash: 11 }) });
      expect(told(run, 'nvml')).toBe(
        'FAILED Does not work: the process that reads it crashed (SIGSEGV). ' +
          'What it calls (for nvml, the library of the driver) is broken or does not fit the loaded driver: ' +
          'look at dmesg on the host, install the driver anew, or choose another source with TELEMETRY_GPU.',
      );
      expect(told(run, 'gpu')).toMatch(/^FAILED No GPU can be read/);
      expect(run).toMatchObject({ status: 1, left: [] });
    },
  );

  it.skipIf(stub === undefined)('tells a process that reads and is killed (needs a C compiler)', async () => {
    const killed = new Set<number>();
    const run = await runDoctor({ ...nvml({ hang: 600 }) }, (pids) => {
      for (const pid of pids.filter((each) => hasLoaded(each, 'libnvidia-ml'))) {
        if (!killed.has(pid)) process.kill(pid, 'SIGKILL');
        killed.add(pid);
      }
    });
    expect(killed.size).toBe(1);
    expect(told(run, 'nvml')).toMatch(
      /^FAILED Does not work: the process that reads it was killed by SIGKILL(?: \(after [\d.]+ s\))?\. Somebody killed it, mostly the system for want of memory: look for the out-of-memory killer in dmesg on the host, and give the container more memory\.$/,
    );
    expect(run).toMatchObject({ status: 1, left: [] });
  });

  it('tells that the process that reads cannot be started, once', async () => {
    const run = await runDoctor({ NODE_OPTIONS: '--permission --allow-fs-read=* --allow-fs-write=*' });
    expect(told(run, 'host')).toMatch(
      /^FAILED Does not work: the process that reads it could not be started: .*--allow-child-process.* Let Node start processes: it runs with --permission, so add --allow-child-process\.$/,
    );
    expect(told(run, 'nvml')).toBe('FAILED Does not work: the same as with host.');
    expect(told(run, 'nvidia-smi')).toBe('FAILED Does not work: the same as with host.');
    expect(run.status).toBe(1);
  });

  it.skipIf(stub === undefined)(
    'says what is used, and why not what comes before it (needs a C compiler)',
    async () => {
      const run = await runDoctor({ ...nvml({ init: 18 }), ...(await nvidiaSmi()) });
      expect(told(run, 'nvml')).toBe(
        '- Does not work: NVML (the library of the driver) cannot start: the library and the loaded driver have different versions (NVML code 18). ' +
          'The driver was updated while it was loaded: reboot the host (or reload the driver), then make the container anew.',
      );
      expect(told(run, 'nvidia-smi')).toContain('utilisation 45 %, memory 12.0 of 16.0 GiB');
      expect(told(run, 'gpu')).toBe(
        'ok Readings come from nvidia-smi, because nvml does not work. ' +
          'Strategies may act on gpu.utilization, gpu.memory.used, gpu.memory.total.',
      );
      expect(run.status).toBe(0);
    },
  );

  it.skipIf(stub === undefined)(
    'says of what works and is not used what comes before it (needs a C compiler)',
    async () => {
      const run = await runDoctor({ ...nvml(), ...(await nvidiaSmi()), TELEMETRY_GPU_SHARED: 'true' });
      expect(told(run, 'nvml')).toContain('utilisation 37 %, memory 1.0 of 80.0 GiB');
      expect(told(run, 'nvidia-smi')).toMatch(/^ok .* Not used: nvml comes first in TELEMETRY_GPU\.$/);
      expect(told(run, 'gpu')).toBe(
        'ok Readings come from nvml. No strategy acts on them: TELEMETRY_GPU_SHARED=true says that others use the GPU too. They are shown all the same.',
      );
    },
  );

  it('tells a device that is lost from those that answer', async () => {
    const run = await runDoctor({
      TELEMETRY_GPU: 'nvidia-smi',
      ...(await nvidiaSmi({ gpus: 2, play: 'ok*2,vanish' })),
    });
    expect(told(run, 'nvidia-smi')).toMatch(
      /^FAILED Answers, and a GPU is lost\. .* GPU 1: [^:]*: lost\. It was there and does not answer any more\. Look for lines with Xid in dmesg/,
    );
    expect(told(run, 'gpu')).toMatch(/^ok Readings come from nvidia-smi\. Strategies may act on gpu\.utilization/);
    expect(run.status).toBe(1);
  });

  it.skipIf(stub === undefined)('tells a device that never answered (needs a C compiler)', async () => {
    const run = await runDoctor({ ...nvml({ devices: 2, lost: 1 }) });
    expect(told(run, 'nvml')).toMatch(
      /^FAILED Answers, and a GPU is lost\. .* One more GPU is counted and does not even tell its name: the device is lost\./,
    );
    expect(run.status).toBe(1);
  });

  it.skipIf(stub === undefined)(
    'tells numbers that cannot be, and that they are left out (needs a C compiler)',
    async () => {
      const run = await runDoctor({ ...nvml({ utilization: 250 }) });
      expect(told(run, 'nvml')).toMatch(
        /^FAILED Answers, with numbers that cannot be\. .* Left out, as it cannot be: gpu\.utilization 250 %\. /,
      );
      expect(told(run, 'gpu')).toContain('Strategies may act on gpu.memory.used, gpu.memory.total.');
      expect(run.status).toBe(1);
    },
  );

  it('reads its own of several devices of dcgm-exporter', async () => {
    const page = dcgmPage([{ uuid: first }, { uuid: second }]);
    const run = await runDoctor({ ...(await dcgm(page)), NVIDIA_VISIBLE_DEVICES: second });
    expect(told(run, 'dcgm')).toContain(`GPU: NVIDIA L4, driver 580.105.08, ${second} utilisation 45 %`);
    expect(told(run, 'dcgm')).not.toContain(first);
    expect(told(run, 'dcgm')).toContain(
      'The exporter refreshes its numbers by its own interval (30 s unless set otherwise);',
    );
    expect(told(run, 'gpu')).toMatch(/^ok Readings come from dcgm\. Strategies may act on gpu\.utilization/);
  });

  it('refuses to guess among several devices of dcgm-exporter, and masks what is secret', async () => {
    const { TELEMETRY_GPU } = await dcgm(dcgmPage([{ uuid: first }, { uuid: second }]));
    const run = await runDoctor({ TELEMETRY_GPU: TELEMETRY_GPU.replace('://', '://me:hunter2@') });
    expect(told(run, 'dcgm')).toMatch(
      /^FAILED Does not work: dcgm-exporter at \S+ shows 2 devices of gpu-node-1 and none is known to be ours\. Set NVIDIA_VISIBLE_DEVICES=GPU-… /,
    );
    expect(told(run, 'gpu')).toContain('A worker does not start: TELEMETRY_GPU=dcgm:http://***@127.0.0.1:');
    expect([...run.findings.values()].map(({ text }) => text).join()).not.toContain('hunter2');
  });

  it('reads a model server', async () => {
    const url = await served(vllmPage([{ running: 3, waiting: 2, cache: 0.5 }]));
    const run = await runDoctor({ TELEMETRY_GPU: `model-server:${url}` });
    expect(told(run, 'model-server')).toContain('requests running 3, waiting 2, cache 50 %');
    expect(told(run, 'gpu')).toBe(
      'ok Readings come from model-server. Strategies may act on backend.cache, backend.requests.running, backend.requests.waiting.',
    );
  });

  it.each([
    ['dcgm', 'the dcgm-exporter'],
    ['model-server', 'the model server'],
  ])('tells an address at which nothing listens: %s', async (kind, server) => {
    const run = await runDoctor({ TELEMETRY_GPU: `${kind}:http://127.0.0.1:9` });
    expect(told(run, kind)).toBe(
      `FAILED Does not work: ${server} at http://127.0.0.1:9/metrics cannot be read: nothing listens there (ECONNREFUSED). ` +
        `Check that ${server} runs and that http://127.0.0.1:9/metrics is its address; in a container, 127.0.0.1 is the container itself.`,
    );
    expect(run.status).toBe(1);
  });

  it('does not fail for a model server that a handler over HTTP is still loading', async () => {
    const run = await runDoctor({ TELEMETRY_GPU: 'model-server:http://127.0.0.1:9', HANDLER: 'http://127.0.0.1:9' });
    expect(told(run, 'model-server')).toMatch(/^- Does not work/);
    expect(told(run, 'gpu')).toMatch(/^- .* A worker starts all the same: the server of the handler may be loading/);
  });

  it('names a simulated device as one, wherever it stands in the order', async () => {
    const run = await runDoctor({ TELEMETRY_GPU: 'sim:knee,nvidia-smi', ...(await nvidiaSmi()) });
    expect(told(run, 'nvidia-smi')).toMatch(/Not used: the simulated GPU comes first in TELEMETRY_GPU\.$/);
    expect(told(run, 'gpu')).toBe('ok Readings come from sim:knee, a simulated GPU: no real one is read.');
    expect(run.status).toBe(0);
  });

  it('names the scenario that may have been meant, and still tells the rest', async () => {
    const { status, findings } = await runDoctor({ TELEMETRY_GPU: 'sim:kneee' });
    expect(status).toBe(1);
    expect(findings.get('gpu')).toMatchObject({ mark: 'FAILED', text: expect.stringContaining('"sim:knee"') });
    expect(findings.get('queue')?.mark).toBe('ok');
  });

  it('says that none is read because none is asked for', async () => {
    const run = await runDoctor({ TELEMETRY_GPU: 'none' });
    expect(told(run, 'gpu')).toMatch(/^- None is read: TELEMETRY_GPU=none\. /);
    expect([...run.findings.keys()]).toEqual(['strategy', 'handler', 'queue', 'host', 'gpu']);
    expect(run.status).toBe(0);
  });
});
