import { onTestFinished } from 'vitest';
import type { Job } from '#libs/core';
import { FakeRunpod, type FakeOptions } from '../../doubles/fake-runpod.ts';
import { RemoteWorker, type RemoteWorkerOptions } from './remote-worker.ts';

/** A fake platform that ends with the test. */
export async function startPlatform(options: FakeOptions = {}): Promise<FakeRunpod> {
  const fake = await FakeRunpod.start(options);
  onTestFinished(() => fake.close());
  return fake;
}

/** A worker that ends with the test, before its platform does. */
export async function startWorker(options: RemoteWorkerOptions): Promise<RemoteWorker> {
  const worker = await RemoteWorker.start(options);
  onTestFinished(() => worker.stop());
  return worker;
}

export async function startBoth(
  options: Omit<RemoteWorkerOptions, 'variables'>,
  platform: FakeOptions = {},
): Promise<{ readonly fake: FakeRunpod; readonly worker: RemoteWorker }> {
  const fake = await startPlatform(platform);
  return { fake, worker: await startWorker({ variables: fake.variables(), ...options }) };
}

/** A handler whose jobs run until they are let go, or stopped. */
export class HeldJobs {
  readonly started: string[] = [];
  readonly running = new Set<string>();
  readonly #letGo = new Map<string, () => void>();
  #all = false;

  readonly run = async (job: Job, { signal }: { readonly signal: AbortSignal }): Promise<void> => {
    this.started.push(job.id);
    this.running.add(job.id);
    if (!this.#all) {
      await new Promise<void>((resolve) => {
        this.#letGo.set(job.id, resolve);
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
    }
    this.running.delete(job.id);
  };

  finish(id: string): void {
    this.#letGo.get(id)?.();
  }

  /** Those that run, and all that come. */
  finishAll(): void {
    this.#all = true;
    for (const letGo of this.#letGo.values()) letGo();
  }
}
