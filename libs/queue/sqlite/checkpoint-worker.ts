import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';

/** What the worker thread is asked for. It imports nothing of ours, so that it starts from a source or a built file alike. */
export interface CheckpointRequest {
  readonly mode: 'PASSIVE' | 'TRUNCATE';
}

/** Frames in the log after it, and how many of them the main file has; or what went wrong. */
export type CheckpointReply = { readonly log: number; readonly done: number } | { readonly error: string };

const { path } = workerData as { readonly path: string };
const db = new DatabaseSync(path, { timeout: 200 });
db.exec('PRAGMA wal_autocheckpoint = 0');

parentPort?.on('message', (request: CheckpointRequest) => {
  parentPort?.postMessage(checkpoint(request), []);
});

function checkpoint(request: CheckpointRequest): CheckpointReply {
  try {
    const row = db.prepare(`PRAGMA wal_checkpoint(${request.mode})`).get();
    return { log: Number(row?.['log']), done: Number(row?.['checkpointed']) };
  } catch (error) {
    return { error: String(error) };
  }
}
