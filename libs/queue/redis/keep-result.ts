import { FlyballError } from '#libs/core';
import type { OutboxEntry, OutboxOptions } from '../outbox/contract.ts';
import { openOwnOutbox } from '../outbox/own-folder.ts';
import type { Outbox } from '../outbox/outbox.ts';

/** A Redis that takes no result for so long is away: the result goes to disk, and its slot is free. ms */
const patienceMs = 3000;

export interface Result {
  readonly id: string;
  readonly output: unknown;
  readonly traceparent: string | undefined;
}

/**
 * The outbox of a worker on Redis. What it delivers counts as a late success: a job that has ended meanwhile, by the very
 * write that was given up waiting for or by another attempt, stays as it is.
 */
export function openResultOutbox(
  settings: Pick<OutboxOptions, 'folder' | 'tried' | 'report'>,
  lateSuccess: (result: Result) => Promise<void>,
): Promise<Outbox> {
  return openOwnOutbox({
    ...settings,
    async deliver({ id, body, meta }, signal) {
      const { output } = JSON.parse(body.toString()) as { readonly output?: unknown };
      const { traceparent } = meta as { readonly traceparent?: string };
      await unlessAborted(lateSuccess({ id, output, traceparent }), signal);
      return 'accepted';
    },
  });
}

/** Tells a result; where it is not taken in time, keeps it. */
export async function tellOrKeep(outbox: Outbox, result: Result, tell: () => Promise<void>): Promise<void> {
  try {
    await inTime(tell());
  } catch (error) {
    if (!(error instanceof FlyballError) || error.code !== 'QUEUE_UNAVAILABLE') throw error;
    await outbox.put(entryOf(result));
  }
}

function entryOf({ id, output, traceparent }: Result): OutboxEntry {
  return {
    id,
    body: Buffer.from(JSON.stringify({ output })),
    meta: traceparent === undefined ? {} : { traceparent },
  };
}

async function inTime(told: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new FlyballError('QUEUE_UNAVAILABLE', 'no answer yet')), patienceMs);
  });
  told.catch(() => undefined);
  try {
    await Promise.race([told, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** A Redis that is away answers only after a while; a stop does not wait for it. */
async function unlessAborted(told: Promise<void>, signal: AbortSignal): Promise<void> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(signal.reason);
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  told.catch(() => undefined);
  try {
    await Promise.race([told, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
