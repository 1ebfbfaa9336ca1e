import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { parseRecord, type DecisionRecord } from '#libs/core';
import { startProcess, type StandaloneProcess } from '../e2e/standalone-process.ts';
import { watchOtherWork } from './other-work.ts';
import type { Plant } from './plants.ts';

export interface PlantRun {
  readonly plant: Plant;
  readonly environment: Readonly<Record<string, string>>;
  /** How long the queue is kept full, once the first job has ended. */
  readonly seconds: number;
}

export interface PlantRecords {
  /** From the first completion on. */
  readonly records: readonly DecisionRecord[];
  /** Cores that other programs took meanwhile. */
  readonly otherCores: number | undefined;
}

/** Keeps the queue of a fresh standalone full for a while. */
export async function runPlant({ plant, environment, seconds }: PlantRun): Promise<PlantRecords> {
  const folder = await mkdtemp(join(tmpdir(), 'flyball-plant-'));
  const decisionLog = join(folder, 'decisions.jsonl');
  try {
    const standalone = await startProcess(plant.handler, {
      QUEUE_URL: `sqlite:${join(folder, 'queue.db')}`,
      DECISION_LOG: decisionLog,
      DRAIN_TIMEOUT: '1s',
      TELEMETRY_GPU: 'none',
      ...environment,
    });
    let otherCores: number | undefined;
    try {
      const pids = [standalone.child.pid, plant.pid].filter((pid) => pid !== undefined);
      const filler = new Filler(`${standalone.url}/v2/local`, plant.input);
      await filler.keepFull(({ completed }) => completed > 0);
      const others = watchOtherWork(pids);
      const end = performance.now() + (seconds + 1) * 1000;
      await filler.keepFull(() => performance.now() > end);
      otherCores = others();
      await filler.close();
    } finally {
      await stopWithin(standalone, 20_000);
    }
    const records = (await readFile(decisionLog, 'utf8')).trimEnd().split('\n').map(parseRecord);
    const first = records.findIndex(({ observation }) => observation.jobs.succeeded > 0);
    return { records: records.slice(first, first + seconds), otherCores };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A run that does not end must not keep the others from theirs; it is named. */
async function stopWithin({ child, stop }: StandaloneProcess, patienceMs: number): Promise<void> {
  const impatience = setTimeout(() => {
    console.log(`the standalone (process ${child.pid}) did not stop within ${patienceMs / 1000} s and was killed`);
    child.kill('SIGKILL');
  }, patienceMs);
  await stop();
  clearTimeout(impatience);
}

interface Counts {
  readonly inQueue: number;
  readonly completed: number;
  readonly failed: number;
}

/** A client that costs little: it looks four times a second and submits what is missing of a backlog. */
class Filler {
  readonly #endpoint: string;
  readonly #input: (n: number) => unknown;
  readonly #dispatcher = new Agent({ connections: 4 });
  #sent = 0;

  constructor(endpoint: string, input: (n: number) => unknown) {
    this.#endpoint = endpoint;
    this.#input = input;
  }

  async keepFull(enough: (counts: Counts) => boolean): Promise<void> {
    const backlog = 150;
    for (;;) {
      const answer = await request(`${this.#endpoint}/health`, { dispatcher: this.#dispatcher });
      const { jobs } = (await answer.body.json()) as { readonly jobs: Counts };
      if (jobs.failed > 0) throw new Error(`${jobs.failed} jobs failed`);
      if (enough(jobs)) return;
      await Promise.all(Array.from({ length: Math.max(0, backlog - jobs.inQueue) }, () => this.#submit()));
      await sleep(250);
    }
  }

  async #submit(): Promise<void> {
    const body = JSON.stringify({ input: this.#input(this.#sent++) });
    const headers = { 'content-type': 'application/json' };
    const answer = await request(`${this.#endpoint}/run`, {
      method: 'POST',
      headers,
      body,
      dispatcher: this.#dispatcher,
    });
    await answer.body.dump();
    if (answer.statusCode !== 200) throw new Error(`/run answered ${answer.statusCode}`);
  }

  async close(): Promise<void> {
    await this.#dispatcher.close();
  }
}
