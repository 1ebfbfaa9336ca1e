import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { parseRecord, type DecisionRecord } from '#libs/core';
import { startProcess } from '../e2e/standalone-process.ts';

export interface PlantRun {
  readonly handler: string;
  readonly environment: Readonly<Record<string, string>>;
  /** The input of the n-th job. */
  readonly input: (n: number) => unknown;
  /** How long the queue is kept full, once the first job has ended. */
  readonly seconds: number;
}

/** Keeps the queue of a fresh standalone full for a while; answers with its decision records from the first completion on. */
export async function runPlant(run: PlantRun): Promise<readonly DecisionRecord[]> {
  const folder = await mkdtemp(join(tmpdir(), 'flyball-plant-'));
  const decisionLog = join(folder, 'decisions.jsonl');
  try {
    const standalone = await startProcess(run.handler, {
      QUEUE_URL: `sqlite:${join(folder, 'queue.db')}`,
      DECISION_LOG: decisionLog,
      DRAIN_TIMEOUT: '1s',
      TELEMETRY_GPU: 'none',
      ...run.environment,
    });
    try {
      await keepFull(standalone.url, run);
    } finally {
      await standalone.stop();
    }
    const records = (await readFile(decisionLog, 'utf8')).trimEnd().split('\n').map(parseRecord);
    const first = records.findIndex(({ observation }) => observation.jobs.succeeded > 0);
    return records.slice(Math.max(0, first), first + run.seconds);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const backlog = 150;
const submitters = 4;

async function keepFull(url: string, { input, seconds }: PlantRun): Promise<void> {
  const dispatcher = new Agent({ connections: submitters });
  const endpoint = `${url}/v2/local`;
  let sent = 0;
  const submit = async (): Promise<void> => {
    const body = JSON.stringify({ input: input(sent++) });
    const headers = { 'content-type': 'application/json' };
    const answer = await request(`${endpoint}/run`, { method: 'POST', headers, body, dispatcher });
    await answer.body.dump();
    if (answer.statusCode !== 200) throw new Error(`/run answered ${answer.statusCode}`);
  };
  const health = async (): Promise<Health> => {
    const answer = await request(`${endpoint}/health`, { dispatcher });
    return (await answer.body.json()) as Health;
  };
  let end = Infinity;
  while (performance.now() < end) {
    const { jobs } = await health();
    if (jobs.failed > 0) throw new Error(`${jobs.failed} jobs failed`);
    if (jobs.completed > 0) end = Math.min(end, performance.now() + (seconds + 1) * 1000);
    let missing = backlog - jobs.inQueue;
    const fill = async (): Promise<void> => {
      while (missing-- > 0) await submit();
    };
    await Promise.all(Array.from({ length: submitters }, fill));
    await sleep(250);
  }
  await dispatcher.close();
}

interface Health {
  readonly jobs: { readonly inQueue: number; readonly completed: number; readonly failed: number };
}
