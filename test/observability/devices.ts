import { dcgmPage } from '../doubles/fake-metrics/dcgm-page.ts';
import { vllmPage } from '../doubles/fake-metrics/model-server-pages.ts';
import { startFakeMetrics, type FakeMetrics } from '../doubles/fake-metrics.ts';
import { makeFakeNvidiaSmi, type FakeNvidiaSmi } from '../doubles/fake-nvidia-smi.ts';

/** What the devices of the workers show: `busy` from 0 (idle) to 1. */
export interface Load {
  readonly busy: number;
  /** Seconds since the start: counters go on. */
  readonly seconds: number;
}

const gpu = { uuid: 'GPU-1a000000-0005-4a00-8000-000000000001' };
const reasons = 'clocks_event_reasons_counters.clocks_event_reasons_counters_';

/** An nvidia-smi, a dcgm-exporter and a vLLM that are none, and that move with the load they are told of. */
export class Devices {
  readonly smi: FakeNvidiaSmi;
  readonly exporter: FakeMetrics;
  readonly modelServer: FakeMetrics;

  static async start(): Promise<Devices> {
    // The newest document: it alone counts the time of each reason for low clocks.
    const smi = await makeFakeNvidiaSmi({ document: 'v13-595', light: true });
    return new Devices(smi, await startFakeMetrics(), await startFakeMetrics());
  }

  constructor(smi: FakeNvidiaSmi, exporter: FakeMetrics, modelServer: FakeMetrics) {
    this.smi = smi;
    this.exporter = exporter;
    this.modelServer = modelServer;
    this.show({ busy: 0, seconds: 0 });
  }

  show({ busy, seconds }: Load): void {
    const throttledUs = Math.round(seconds * busy * 1e6);
    this.smi.set({
      'utilization.gpu_util': `${Math.round(10 + 85 * busy)} %`,
      'fb_memory_usage.used': `${Math.round(4096 + 9000 * busy)} MiB`,
      'gpu_power_readings.instant_power_draw': `${(80 + 165 * busy).toFixed(2)} W`,
      [`${reasons}sw_power_cap`]: `${throttledUs} us`,
      'ecc_errors.volatile.dram_correctable': String(Math.floor(seconds / 5)),
    });
    this.exporter.show(
      dcgmPage([
        {
          ...gpu,
          values: {
            DEV_GPU_UTIL: Math.round(10 + 85 * busy),
            // Never twice the same: a page that stands still is a sample that was not taken.
            DEV_POWER_USAGE: (70 + 130 * busy + (seconds % 7) / 10).toFixed(1),
            DEV_TOTAL_ENERGY_CONSUMPTION: 48_287_135 + Math.round(150_000 * seconds),
            DEV_FB_USED: Math.round(4096 + 16_000 * busy),
            DEV_FB_FREE: Math.round(19_968 - 16_000 * busy),
            PROF_GR_ENGINE_ACTIVE: (0.05 + 0.85 * busy).toFixed(3),
            // The last error that was seen; it stays.
            DEV_XID_ERRORS: busy > 0.5 ? 94 : 0,
          },
        },
      ]),
    );
    const tokens = Math.round(seconds * (50 + 2000 * busy));
    this.modelServer.show(
      vllmPage([
        {
          running: Math.round(1 + 30 * busy),
          waiting: Math.round(12 * busy),
          cache: 0.05 + 0.9 * busy,
          preemptions: Math.floor(seconds * busy),
          promptTokens: tokens,
          generatedTokens: Math.round(tokens / 3),
        },
      ]),
    );
  }

  async close(): Promise<void> {
    await Promise.all([this.smi.close(), this.exporter.close(), this.modelServer.close()]);
  }
}
