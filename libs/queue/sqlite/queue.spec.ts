import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, vi } from 'vitest';
import { describeQueue } from '#libs/testing';
import { openSqliteQueue } from './open.ts';

// Time stands still but for `advance`; the disk and the event loop are real.
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

describeQueue('the embedded queue', async ({ attempts = 3, limit = 1000 } = {}) => {
  const directory = mkdtempSync(join(tmpdir(), 'flyball-queue-'));
  const options = { path: join(directory, 'queue.db'), endpoint: 'test', worker: 'w1', attempts, limit };
  let queue = await openSqliteQueue(options);
  return {
    get queue() {
      return queue;
    },
    advance: async (ms) => {
      const steps = 20;
      for (let step = 0; step < steps; step += 1) {
        await vi.advanceTimersByTimeAsync(ms / steps);
        // A timer asks for a group commit, whose end may set the next timer; what was asked for later is told later.
        for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
        await queue.webhookDone('nothing').catch(() => undefined);
      }
    },
    crash: async () => {
      await queue.close();
      queue = await openSqliteQueue(options);
    },
    close: async () => {
      await queue.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
});
