import type { Device, ReadingName, WhyMissing } from '#libs/core';
import type { ExpositionSample } from '../exposition.ts';
import { whyBlank } from './blank.ts';

/** What an exporter's page says of one device. */
export class DevicePage {
  readonly gpu: string;
  readonly #samples: readonly ExpositionSample[];
  /** GPU instances (MIG) with their profiles. */
  readonly profiles: ReadonlyMap<string, string | undefined>;

  constructor(gpu: string, samples: readonly ExpositionSample[]) {
    this.gpu = gpu;
    this.#samples = samples;
    const withInstance = samples.flatMap((sample) => {
      const instance = instanceOf(sample);
      return instance === undefined ? [] : [[instance, label(sample, 'GPU_I_PROFILE')] as const];
    });
    this.profiles = new Map(withInstance.toSorted(([a], [b]) => Number(a) - Number(b)));
  }

  /** The value under the first of the names that is there, of the whole device or of one GPU instance. */
  find(metrics: readonly string[], instance?: string): Found {
    return firstValue(this.#named(metrics).filter((sample) => instanceOf(sample) === instance));
  }

  /** As `find`, and any instance's value will do where the device has none: it is the same for all of them. */
  findAnywhere(metrics: readonly string[]): Found {
    const whole = this.find(metrics);
    return 'value' in whole ? whole : firstValue(this.#named(metrics));
  }

  has(metrics: readonly string[]): boolean {
    return this.#named(metrics).length > 0;
  }

  device(): Device {
    const model = this.#label('modelName');
    const driver = this.#label('DCGM_FI_DRIVER_VERSION');
    const pciBusId = this.#label('pci_bus_id');
    const instances = [...this.profiles].map(([instance, profile]) => ({
      instance,
      ...(profile !== undefined && { profile }),
    }));
    // Without an index: the exporter counts devices in its own order.
    return {
      gpu: this.gpu,
      ...(model !== undefined && { model }),
      ...(driver !== undefined && { driver }),
      ...(pciBusId !== undefined && { pciBusId }),
      ...(instances.length > 0 && { mig: 'on', instances }),
    };
  }

  /** Differs when any number of the device does; the order of lines and the labels of pods do not count. */
  fingerprint(): string {
    const numbers = this.#samples.map((sample) => `${sample.name} ${instanceOf(sample) ?? ''} ${sample.value}`);
    return [this.gpu, ...new Set(numbers.toSorted())].join('\n');
  }

  #named(metrics: readonly string[]): readonly ExpositionSample[] {
    const name = metrics.find((metric) => this.#samples.some((sample) => sample.name === metric));
    return this.#samples.filter((sample) => sample.name === name);
  }

  #label(name: string): string | undefined {
    return this.#samples.map((sample) => label(sample, name)).find((text) => text !== undefined);
  }
}

export type Found = { readonly value: number } | { readonly why: WhyMissing };

/** A reading of a device or of a GPU instance: its value, or why there is none. */
export interface Outcome {
  readonly name: ReadingName;
  readonly gpu: string;
  readonly instance?: string;
  readonly found: Found;
}

/** Devices shared between pods are told once for each pod: one that has a number is enough. */
function firstValue(samples: readonly ExpositionSample[]): Found {
  const founds = samples.map(({ value }): Found => {
    const why = whyBlank(value);
    return why === undefined ? { value } : { why };
  });
  return founds.find((found) => 'value' in found) ?? founds[0] ?? { why: 'not-exported' };
}

function instanceOf(sample: ExpositionSample): string | undefined {
  return label(sample, 'GPU_I_ID');
}

function label({ labels }: ExpositionSample, name: string): string | undefined {
  const text = labels.get(name);
  return text === '' ? undefined : text;
}
