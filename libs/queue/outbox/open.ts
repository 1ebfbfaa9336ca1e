import { mkdir } from 'node:fs/promises';
import type { OutboxOptions } from './contract.ts';
import { Journal } from './journal.ts';
import { lockFolder } from './lock.ts';
import { Outbox } from './outbox.ts';

const defaults = {
  maxResults: 10_000,
  maxBytes: 1024 ** 3,
  parallel: 256,
  pauses: { first: 500, most: 30_000 },
  wall: Date.now,
  random: Math.random,
  tried: (): void => undefined,
  ended: (): void => undefined,
  report: (): void => undefined,
} satisfies Omit<OutboxOptions, 'folder' | 'deliver'>;

/**
 * Opens the outbox in a folder and begins to deliver what a process before this one has left there.
 * @throws {FlyballError} OUTBOX_OWNED
 * @throws when the folder cannot be made, read or written
 */
export async function openOutbox(options: OutboxOptions): Promise<Outbox> {
  const { folder } = options;
  await mkdir(folder, { recursive: true });
  const unlock = lockFolder(folder);
  try {
    const { journal, found } = await Journal.open(folder);
    const filled = { ...defaults, ...options };
    for (const torn of found.torn) filled.report('outbox-torn', { ...torn });
    const results = found.segments.reduce((sum, { live }) => sum + live.size, 0);
    if (results > 0) filled.report('outbox-recovered', { results });
    return new Outbox({ options: filled, journal, found, unlock });
  } catch (error) {
    unlock();
    throw error;
  }
}
