import type { ReadingName, SampledMissing, SampledReading } from '#libs/core';
import type { DeviceCalls } from './device-calls.ts';
import type { Readings } from './device-readings.ts';
import type { Answer, GpmLibrary, Handle } from './nvml-library.ts';
import { codes, whyMissing } from './return-codes.ts';

export interface EngineToRead {
  readonly gpm: GpmLibrary | undefined;
  readonly handle: Handle;
  readonly gpu: string;
  /** GPU instance, on a device that is cut up. */
  readonly instance?: string;
  readonly calls: DeviceCalls;
}

/** NVML_GPM_METRIC_{GRAPHICS,SM,ANY_TENSOR,DRAM_BW}_UTIL. */
const metrics: readonly { readonly name: ReadingName; readonly id: number }[] = [
  { name: 'gpu.engine.graphics', id: 1 },
  { name: 'gpu.engine.sm', id: 2 },
  { name: 'gpu.engine.tensor', id: 5 },
  { name: 'gpu.engine.dram', id: 10 },
];
const metricIds = metrics.map(({ id }) => id);
export const engineReadingNames: readonly ReadingName[] = metrics.map(({ name }) => name);

/**
 * Engine activity, from Hopper on: each read compares a sample with the one of the read before, so the numbers are of the
 * whole time between the two reads.
 */
export class EngineActivity {
  readonly #pairs = new Map<string, SamplePair>();

  read(engine: EngineToRead): Readings {
    const readings: SampledReading[] = [];
    const missing: SampledMissing[] = [];
    const { code, value } = this.#ask(engine);
    const place = { gpu: engine.gpu, ...(engine.instance !== undefined && { instance: engine.instance }) };
    for (const [position, name] of engineReadingNames.entries()) {
      const answer = value?.[position] ?? { code };
      if (answer.value === undefined) missing.push({ name, ...place, why: whyMissing(answer.code) });
      else readings.push({ name, ...place, value: answer.value / 100 });
    }
    return { readings, missing };
  }

  /** Those of a device, or all; the library must still be there. */
  release(gpm: GpmLibrary | undefined, gpu?: string): void {
    for (const [key, pair] of this.#pairs) {
      if (gpu !== undefined && pair.gpu !== gpu) continue;
      this.#pairs.delete(key);
      for (const sample of pair.samples) gpm?.free(sample);
    }
  }

  #ask({ gpm, handle, gpu, instance, calls }: EngineToRead): Answer<readonly Answer<number>[]> {
    if (gpm === undefined) return { code: codes.functionNotFound };
    const support = calls.ask('GPM', () => {
      const { code, value } = gpm.supported(handle);
      return value === false ? { code: codes.notSupported } : { code, ...(value !== undefined && { value }) };
    });
    if (support.value === undefined) return { code: support.code };

    const pair = this.#pair(gpm, gpu, instance);
    if (pair.value === undefined) return { code: pair.code };
    const [last, next] = pair.value.samples;
    const taken = calls.ask(`GPM sample ${instance ?? ''}`, () => ({
      code: instance === undefined ? gpm.sample(handle, next) : gpm.sampleInstance(handle, Number(instance), next),
    }));
    if (taken.code !== codes.ok) return { code: taken.code };

    const hadOne = pair.value.filled;
    pair.value.samples = [next, last];
    pair.value.filled = true;
    if (!hadOne) return { code: codes.notReady };
    return calls.ask(`GPM metrics ${instance ?? ''}`, () => gpm.compare(last, next, metricIds));
  }

  #pair(gpm: GpmLibrary, gpu: string, instance: string | undefined): Answer<SamplePair> {
    const key = instance === undefined ? gpu : `${gpu}/${instance}`;
    const known = this.#pairs.get(key);
    if (known !== undefined) return { code: codes.ok, value: known };
    const first = gpm.allocate();
    if (first.value === undefined) return { code: first.code };
    const second = gpm.allocate();
    if (second.value === undefined) {
      gpm.free(first.value);
      return { code: second.code };
    }
    const pair: SamplePair = { gpu, samples: [first.value, second.value], filled: false };
    this.#pairs.set(key, pair);
    return { code: codes.ok, value: pair };
  }
}

interface SamplePair {
  readonly gpu: string;
  /** The last one taken, and the one to take next. */
  samples: readonly [Handle, Handle];
  filled: boolean;
}
