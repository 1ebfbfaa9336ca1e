import type { Sample, TelemetrySource } from '#libs/core';
import { devicesOf } from './devices.ts';
import { parseXml, smiLog } from './document.ts';
import { failedStatus, noDevice } from './failures.ts';
import { MigLister } from './mig-lister.ts';
import { withInstances } from './mig-names.ts';
import { queryByPackage } from './package-query.ts';
import { runNvidiaSmi, type CommandOutput } from './run-nvidia-smi.ts';

export interface NvidiaSmiOptions {
  /** For our own commands; `node-nvidia-smi` always has the process's. */
  readonly env?: NodeJS.ProcessEnv;
  /** For how many reads a failure of `node-nvidia-smi` is remembered; 60 without it. */
  readonly ownReads?: number;
}

/**
 * Reads `nvidia-smi -q -x` through `node-nvidia-smi`; once that has failed, by a command of our own for the next reads, and
 * on as long as the answer is one that the package would refuse. A call through the package that hangs never settles: this
 * lives in a process that is killed when a read takes too long.
 */
export class NvidiaSmiSource implements TelemetrySource {
  readonly name = 'nvidia-smi';
  readonly #env: NodeJS.ProcessEnv;
  readonly #ownReads: number;
  readonly #migLister = new MigLister();
  #ownReadsLeft = 0;
  #underWay: Promise<Sample> | undefined;

  constructor({ env = process.env, ownReads = 60 }: NvidiaSmiOptions = {}) {
    this.#env = env;
    this.#ownReads = ownReads;
  }

  /** A read while another is under way is that other one: there is never a second command. */
  read(signal: AbortSignal): Promise<Sample> {
    this.#underWay ??= this.#read(signal).finally(() => {
      this.#underWay = undefined;
    });
    return this.#underWay;
  }

  /** Nothing is kept open: a command under way ends by its signal, or with the process it runs in. */
  close(): Promise<void> {
    return Promise.resolve();
  }

  async #read(signal: AbortSignal): Promise<Sample> {
    const devices = devicesOf(smiLog(await this.#document(signal)));
    if (devices.length === 0) throw noDevice();
    const names = await this.#migLister.names(devices, { signal, env: this.#env });
    return {
      readings: devices.flatMap(({ readings }) => readings),
      missing: devices.flatMap(({ missing }) => missing),
      devices: devices.map((device) => withInstances(device, names)),
    };
  }

  async #document(signal: AbortSignal): Promise<unknown> {
    if (this.#ownReadsLeft === 0) {
      try {
        return await queryByPackage();
      } catch {
        // It does not say what the command answered. Our own says it, and may find a document that can be used.
        this.#ownReadsLeft = this.#ownReads;
      }
    }
    const output = await runNvidiaSmi(['-q', '-x'], { signal, env: this.#env });
    const failure = failedStatus(output);
    if (failure !== undefined) throw failure;
    const document = await parseXml(output.stdout);
    this.#ownReadsLeft = suitsPackage(output) ? this.#ownReadsLeft - 1 : this.#ownReads;
    return document;
  }
}

const packageMaxBytes = 2 ** 20;

function suitsPackage({ status, stdout, stderr }: CommandOutput): boolean {
  return status === 0 && stderr === '' && stdout.length < packageMaxBytes;
}
