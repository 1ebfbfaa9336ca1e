import type { Device, MigDevice, ReadingName, Sample, SampledMissing, SampledReading } from '#libs/core';
import { isLost, isSilent, whyWithheld, type Instruments, type MigSlice } from './instruments.ts';
import { sampleInterval, type DeviceSample } from './meter.ts';
import { coldPanel, readPanel, stepPanel, throughputShare, type PanelState, type Work } from './panel.ts';
import type { Plant } from './plant.ts';

/** The name under which the simulated device reports. */
export const simulatedGpu = 'GPU-simulated-0';

/** The plant as a driver would show it: every reading of a GPU, less what its instruments withhold. */
export class SimulatedDevice {
  readonly #plant: Plant;
  readonly #instruments: Instruments;
  #panel: PanelState = coldPanel;

  constructor(plant: Plant, instruments: Instruments = {}) {
    this.#plant = plant;
    this.#instruments = instruments;
  }

  /** What the instruments have delivered by `t` (the plant's clock, ms); undefined while they do not answer. */
  read(t: number): Sample | undefined {
    if (isSilent(this.#instruments, t)) return undefined;
    const sample = this.#plant.telemetry(t);
    const values = this.#values(sample ?? nothingYet);
    const readings: SampledReading[] = [];
    const missing: SampledMissing[] = [];
    for (const [name, value] of values) {
      const which = { name, gpu: simulatedGpu, ...this.#instance(name) };
      const why = whyWithheld(this.#instruments, name, t) ?? (sample === undefined ? 'warming-up' : undefined);
      if (why === undefined) readings.push({ ...which, value });
      else missing.push({ ...which, why });
    }
    const age = sample === undefined ? 0 : t - sample.at;
    return { readings, missing, devices: [this.#device(t)], age, interval: sampleInterval };
  }

  #values(sample: DeviceSample): readonly (readonly [ReadingName, number])[] {
    const { capacity, curve } = this.#plant.config;
    const { mig } = this.#instruments;
    const throughput = throughputShare(curve, sample.inFlight);
    const work: Work = { ...sample, throughput, share: mig?.computeShare ?? 1 };
    this.#panel = stepPanel(this.#panel, work);
    return [
      ['gpu.utilization', sample.utilization],
      ['gpu.memory.used', sample.memoryUsed],
      ['gpu.memory.total', mig?.deviceMemory ?? capacity],
      // All that the plant has is for jobs.
      ['gpu.memory.reserved', 0],
      ...readPanel(this.#panel, work),
      ...(mig === undefined ? [] : sliceMemory(sample.memoryUsed, capacity)),
    ];
  }

  #instance(name: ReadingName): { readonly instance?: string } {
    const { mig } = this.#instruments;
    return mig !== undefined && name.startsWith('gpu.mig.') ? { instance: mig.instance } : {};
  }

  #device(t: number): Device {
    const { mig } = this.#instruments;
    return {
      gpu: simulatedGpu,
      index: 0,
      model: 'Simulated GPU',
      driver: 'simulated',
      mig: mig === undefined ? 'off' : 'on',
      ...(mig && { instances: [migDevice(mig)] }),
      ...(isLost(this.#instruments, t) && { lost: true }),
    };
  }
}

/** Before the first sample there are only names. */
const nothingYet: DeviceSample = { at: 0, utilization: 0, memoryUsed: 0, inFlight: 0 };

function sliceMemory(used: number, total: number): readonly (readonly [ReadingName, number])[] {
  return [
    ['gpu.mig.memory.used', used],
    ['gpu.mig.memory.total', total],
  ];
}

function migDevice({ instance, computeInstance, uuid, profile }: MigSlice): MigDevice {
  return { instance, computeInstance, uuid, profile };
}
