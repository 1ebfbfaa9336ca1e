import { Redis } from 'ioredis';
import { FlyballError, withoutSecrets } from '#libs/core';
import { readRedisUrl } from './redis-url.ts';

export interface RedisAddress {
  /** `redis://`, `rediss://` (TLS) or `redis+sentinel://HOST:PORT,HOST:PORT/NAME`, with user, password and database where needed. */
  readonly url: string;
  /** ACL user and password, where they are not to stand in the address. */
  readonly username?: string | undefined;
  readonly password?: string | undefined;
}

/** BullMQ's scripts may rely on it, and `XTRIM MINID` came with it. */
const oldest = [6, 2] as const;
const openWithinMs = 10_000;
/** A command that Redis does not answer for so long has failed for its caller; it may still be carried out. */
export const answerWithinMs = 10_000;

/** As ioredis and BullMQ take it. Commands wait for a connection that is lost, for as long as their caller is patient. */
export function redisOptions({ url, username, password }: RedisAddress) {
  const { sentinels, name, host, port, database, ...said } = readRedisUrl(url);
  const user = username ?? said.user;
  const word = password ?? said.password;
  return {
    ...(sentinels.length > 0 ? { sentinels: [...sentinels], name } : { host, port }),
    ...(database !== '' && { db: Number(database) }),
    ...(user !== '' && { username: user }),
    ...(word !== '' && { password: word }),
    ...(url.startsWith('rediss:') && { tls: { servername: host } }),
    maxRetriesPerRequest: null,
    retryStrategy: (times: number) => Math.min(50 * 2 ** times, 2000),
  };
}

/** @throws {FlyballError} QUEUE_UNAVAILABLE, REDIS_TOO_OLD, REDIS_EVICTS */
export async function connect(address: RedisAddress, warn: (message: string) => void): Promise<Redis> {
  const redis = new Redis({ ...redisOptions(address), commandTimeout: answerWithinMs, lazyConnect: true });
  let last: unknown;
  redis.on('error', (error) => (last = error));
  try {
    await within(ready(redis), openWithinMs, () => last);
    await check(redis, warn);
    return redis;
  } catch (cause) {
    redis.disconnect();
    if (cause instanceof FlyballError) throw cause;
    // What ioredis says of it is only that the connection is closed.
    const reason = last ?? cause;
    const why = reason instanceof Error ? reason.message : String(reason);
    throw new FlyballError(
      'QUEUE_UNAVAILABLE',
      `QUEUE_URL="${withoutSecrets(address.url)}" does not answer (${withoutSecrets(why)}). ` +
        'Is Redis up and reachable from here, and are QUEUE_USERNAME and QUEUE_PASSWORD right?',
      { cause },
    );
  }
}

async function ready(redis: Redis): Promise<void> {
  await redis.connect();
  await redis.ping();
}

async function check(redis: Redis, warn: (message: string) => void): Promise<void> {
  const info = await redis.info();
  const version = /^(?:redis|valkey)_version:(\S+)/m.exec(info)?.[1] ?? '0';
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major < oldest[0] || (major === oldest[0] && minor < oldest[1])) {
    throw new FlyballError('REDIS_TOO_OLD', `This Redis is ${version}; the queue needs ${oldest.join('.')} or newer.`);
  }
  const policy = /^maxmemory_policy:(\S+)/m.exec(info)?.[1];
  if (policy === undefined) warn('this Redis does not tell its maxmemory-policy; it must be noeviction');
  else if (policy !== 'noeviction') {
    throw new FlyballError(
      'REDIS_EVICTS',
      `This Redis has maxmemory-policy ${policy} and would drop jobs when memory is short. ` +
        'Set maxmemory-policy noeviction, or use another Redis.',
    );
  }
}

async function within<Value>(work: Promise<Value>, ms: number, cause: () => unknown): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(cause() ?? new Error(`no answer within ${ms / 1000} s`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
