import type { Lease } from '#libs/core';
import type { Queue } from '#libs/queue';

export interface TestWorker {
  readonly stop: () => Promise<void>;
}

/**
 * Takes leases, `slots` at a time, and lets `run` settle them; a rejected `run` fails the attempt for good. Attempts that
 * are open when it stops are left to the closing of the queue.
 */
export function startWorker(queue: Queue, run: (lease: Lease) => Promise<void>, slots = 4): TestWorker {
  const stopping = new AbortController();
  const stop = new Promise((resolve) => stopping.signal.addEventListener('abort', resolve));
  const open = new Set<Promise<void>>();
  const loop = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      for (const lease of await queue.take(slots - open.size, stopping.signal)) {
        const attempt = run(lease)
          .catch((error: unknown) => lease.fail({ ...failed, message: String(error) }))
          .catch(() => undefined)
          .finally(() => open.delete(attempt));
        open.add(attempt);
      }
      if (open.size >= slots) await Promise.race([...open, stop]);
    }
  };
  const done = loop();
  return {
    stop: async () => {
      stopping.abort();
      await done;
    },
  };
}

export const failed = { outcome: 'failed', errorType: 'handler-threw', message: 'no', retry: false } as const;

/** Answers each job with its input. */
export async function echo(lease: Lease): Promise<void> {
  await lease.succeed(lease.job.input);
}

/** Resolves when the attempt must stop. */
export function stopped(lease: Lease): Promise<void> {
  return new Promise((resolve) => {
    if (lease.cancelled.aborted) resolve();
    else lease.cancelled.addEventListener('abort', () => resolve());
  });
}
