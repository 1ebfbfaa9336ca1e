import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseRecord, type DecisionRecord } from '#libs/core';
import { makeFakeNvidiaSmi, type FakeNvidiaSmi } from '../doubles/fake-nvidia-smi.ts';
import { keepFull } from './keep-full.ts';
import { startProcess } from './standalone-process.ts';

export interface SteeredRun {
  /** Settings of the worker. */
  readonly environment: Readonly<Record<string, string>>;
  /** Utilisation that one job alone shows, and what each job holds of 60 free GiB. */
  readonly plant: { readonly soloUtilization: number; readonly memoryGiB: number; readonly seed: number };
  readonly seconds: number;
  /** nvidia-smi does not answer from … to …, s. */
  readonly silent?: readonly [from: number, to: number];
}

/**
 * A worker as a user starts it, kept full, whose own load moves a simulated device; the device is seen only through a
 * fake `nvidia-smi` on PATH. Answers with its decision records.
 */
export async function runSteered(run: SteeredRun): Promise<readonly DecisionRecord[]> {
  const folder = await mkdtemp(join(tmpdir(), 'flyball-steered-'));
  const smi = await makeFakeNvidiaSmi({ document: 'v12-535', ...(run.silent === undefined && { light: true }) });
  smi.set({ 'fb_memory_usage.total': '81920 MiB', 'fb_memory_usage.reserved': '0 MiB' });
  const values = join(folder, 'values.json');
  const decisionLog = join(folder, 'decisions.jsonl');
  try {
    const standalone = await startProcess('test/fixtures/handlers/on-plant.mjs', {
      PATH: `${smi.path}:${process.env['PATH'] ?? ''}`,
      PLANT: JSON.stringify(run.plant),
      PLANT_VALUES: values,
      QUEUE_URL: `sqlite:${join(folder, 'queue.db')}`,
      DECISION_LOG: decisionLog,
      TELEMETRY_GPU: 'nvidia-smi',
      DRAIN_TIMEOUT: '1s',
      ...run.environment,
    });
    try {
      await Promise.all([
        keepFull({ url: standalone.url, waiting: 100, seconds: run.seconds }),
        show(smi, values, run),
      ]);
    } finally {
      await standalone.stop();
    }
    return (await readFile(decisionLog, 'utf8')).trimEnd().split('\n').map(parseRecord);
  } finally {
    await smi.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Puts the device's numbers where the fake shows them, and takes its voice away for a while. */
async function show(smi: FakeNvidiaSmi, values: string, { seconds, silent }: SteeredRun): Promise<void> {
  const start = performance.now();
  let isSilent = false;
  for (let passed = 0; passed < seconds; passed = (performance.now() - start) / 1000) {
    const text = await readFile(values, 'utf8').catch(() => undefined);
    if (text !== undefined) smi.live(JSON.parse(text));
    const shouldBe = silent !== undefined && passed >= silent[0] && passed < silent[1];
    if (shouldBe !== isSilent) smi.play(shouldBe ? 'hang' : 'ok');
    isSilent = shouldBe;
    await sleep(200);
  }
}
