import { join } from 'node:path';
import { FlyballError } from '#libs/core';
import type { OutboxOptions } from './contract.ts';
import { openOutbox } from './open.ts';
import type { Outbox } from './outbox.ts';

/** Workers of one machine that may share a folder. */
const most = 256;

/**
 * The outbox in the first subfolder that nobody uses: several workers may be started in one place, and what one that died has
 * left there is delivered by whoever comes next.
 * @throws {FlyballError} OUTBOX_OWNED
 */
export async function openOwnOutbox(options: OutboxOptions): Promise<Outbox> {
  for (let place = 1; ; place += 1) {
    try {
      return await openOutbox({ ...options, folder: join(options.folder, String(place)) });
    } catch (error) {
      if (!(error instanceof FlyballError) || error.code !== 'OUTBOX_OWNED' || place === most) throw error;
    }
  }
}
