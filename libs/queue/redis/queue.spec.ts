import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, vi } from 'vitest';
import { describeQueue } from '#libs/testing';
import { hasRedis, startRedis, type RedisServer } from '../../../test/fixtures/redis-server.ts';
import { openRedisQueue } from './open.ts';

describe.skipIf(!hasRedis)('Redis (skipped without redis-server)', () => {
  let server: RedisServer;
  let redis: Redis;
  let endpoints = 0;

  beforeAll(async () => {
    server = await startRedis();
    redis = new Redis(server.url);
  });
  afterAll(async () => {
    redis.disconnect();
    await server.close();
  });
  // Time stands still but for `advance`; Redis, whose own clock goes on, is told of it by what its locks have left.
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  describeQueue('the queue in Redis', async ({ attempts = 3, limit = 1000 } = {}) => {
    const endpoint = `test-${(endpoints += 1)}`;
    const options = { url: server.url, endpoint, worker: 'w1', attempts, limit };
    let queue = await openRedisQueue(options);
    const advance = async (ms: number): Promise<void> => {
      const steps = 20;
      for (let step = 0; step < steps; step += 1) {
        await shorten(redis, endpoint, ms / steps);
        await vi.advanceTimersByTimeAsync(ms / steps);
        // What the timers asked for is a few round trips away, on the queue's own connection.
        for (let turn = 0; turn < 4; turn += 1) {
          await queue.depth().catch(() => undefined);
          await new Promise((resolve) => setImmediate(resolve));
        }
      }
    };
    return {
      get queue() {
        return queue;
      },
      advance,
      crash: async () => {
        await queue.close();
        const locks = await redis.keys(`{flyball:${endpoint}}:jobs:*:lock`);
        if (locks.length > 0) await redis.del(locks);
        queue = await openRedisQueue(options);
        await advance(15_000);
      },
      close: async () => {
        await queue.close();
      },
    };
  });
});

/** Locks and the like of this endpoint run out as if that time had passed. */
async function shorten(redis: Redis, endpoint: string, ms: number): Promise<void> {
  const lua = `
    for _, key in ipairs(redis.call('KEYS', ARGV[1])) do
      local left = redis.call('PTTL', key)
      if left > 0 then
        if left <= tonumber(ARGV[2]) then redis.call('DEL', key) else redis.call('PEXPIRE', key, left - tonumber(ARGV[2])) end
      end
    end`;
  await redis.eval(lua, 0, `{flyball:${endpoint}}*`, Math.round(ms));
}
