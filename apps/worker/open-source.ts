import { join } from 'node:path';
import type { Environment, Settings } from '#libs/config';
import type { JobSource } from '#libs/core';
import type { Emit } from '#libs/observability';
import { openRunpodQueue, type Queue } from '#libs/queue';
import { parsePythonJson } from '#libs/runpod';
import { noticeOf } from './notice-of.ts';
import { openQueue } from '../standalone/open-queue.ts';

/** Where a worker alone takes its jobs; what only RunPod's hosted queue has is absent elsewhere. */
export interface WorkerSource extends JobSource, Pick<Queue, 'fleet' | 'outbox'> {
  /** The beginning of a shutdown: what has been asked for is called back. */
  stopTaking?(): void;
  /** Asks for another worker in this one's place; takes no more. */
  refreshWorker?(): void;
  /** A worker that takes no job within this is given up, ms. */
  readonly initTimeoutMs?: number;
  /** Says once that this worker cannot work, and why. */
  unhealthy?(check: string, reason: string): Promise<void>;
}

export async function openSource(
  settings: Settings,
  parts: { readonly worker: string; readonly emit: Emit; readonly environment: Environment },
): Promise<WorkerSource> {
  const { worker, emit, environment } = parts;
  if (settings.queue.url !== 'runpod:') return openQueue(settings, { worker, emit, watches: false, runsJobs: true });
  const queue = await openRunpodQueue({
    variables: environment,
    outbox: { folder: join(settings.queue.outbox, 'runpod') },
    parseJson: (text) => parsePythonJson(text).value,
    tried: (result, jobId) => emit({ type: 'outbox', jobId, result }),
    report: (event, fields) => emit(noticeOf(event, fields)),
  });
  return Object.assign(queue, { outbox: queue });
}
