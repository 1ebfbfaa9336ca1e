import type { Redis } from 'ioredis';

/**
 * What must happen at once and has no call in BullMQ. Each gets the endpoint's prefix first (see `names.ts`); all keys are in
 * one slot. They never change BullMQ's lists: what they decide is carried out by its own calls, and whoever dies in between
 * leaves a job that its next taker finds ended.
 */
const common = `
local p, id = ARGV[1], ARGV[2]
local job, side, lock = p .. ':jobs:j-' .. id, p .. ':side:' .. id, p .. ':jobs:j-' .. id .. ':lock'
local function holder(token) return (string.match(token, '^([^|]*)|') or '') end
local function final() return redis.call('HEXISTS', side, 'status') == 1 or redis.call('HEXISTS', job, 'finishedOn') == 1 end
local function count(name, by) redis.call('HINCRBY', p .. ':counters', name, by) end
`;

const scripts = {
  /** now, limit, due → 0, or -1 duplicate, -2 full. */
  admit: `${common}
local now, limit = tonumber(ARGV[3]), tonumber(ARGV[4])
local pending = p .. ':pending'
if redis.call('EXISTS', job, side) > 0 or redis.call('ZSCORE', pending, id) then return -1 end
local function waiting()
  return redis.call('LLEN', p .. ':jobs:wait') + redis.call('ZCARD', p .. ':jobs:prioritized') + redis.call('ZCARD', pending)
end
if waiting() >= limit then
  -- Those that have been stored meanwhile are counted already; those of the dead never will be.
  redis.call('ZREMRANGEBYSCORE', pending, '-inf', now - 60000)
  for _, other in ipairs(redis.call('ZRANGE', pending, 0, -1)) do
    if redis.call('EXISTS', p .. ':jobs:j-' .. other) == 1 then redis.call('ZREM', pending, other) end
  end
  if waiting() >= limit then return -2 end
end
redis.call('ZADD', pending, now, id)
redis.call('ZADD', p .. ':due', ARGV[5], id)
return 0`,

  /**
   * Ends a job otherwise than by an ordinary success: now, token ('' for whoever holds no lease), token to seize a running
   * attempt with, how its holder is told, JSON of the side's fields, traceparent.
   * → 'unknown' | 'final' | 'lost' | 'held' (by the token given) | 'seized' | 'waiting'
   */
  endJob: `${common}
local now, token, seize, how = tonumber(ARGV[3]), ARGV[4], ARGV[5], ARGV[6]
if redis.call('EXISTS', job) == 0 then
  return redis.call('HEXISTS', side, 'status') == 1 and 'final' or 'unknown'
end
if final() then return 'final' end
local held = redis.call('GET', lock)
if token ~= '' and held ~= token then return 'lost' end
local of = redis.call('HMGET', job, 'timestamp', 'data', 'processedOn', 'ats')
local given = tonumber(redis.call('HGET', side, 'given') or 0)
local fields = cjson.decode(ARGV[7])
fields.ended, fields.timestamp, fields.data = now, of[1], of[2]
fields.attempts = math.max(0, tonumber(of[4] or 0) - given)
if held and of[3] then
  fields.start, fields.worker = of[3], holder(held)
  fields.execution = math.max(0, now - tonumber(of[3]))
end
for name, value in pairs(fields) do redis.call('HSET', side, name, tostring(value)) end
local payload = cjson.decode(of[2])
redis.call('ZADD', p .. ':due', math.ceil((now + payload.retention) / 1000) * 1000, id)
count(fields.status, 1)
if payload.webhook then
  local generation = redis.call('HINCRBY', p .. ':counters', 'webhooks', 1)
  local hook = { generation = generation, delivery = 0, traceparent = ARGV[8] ~= '' and ARGV[8] or payload.traceparent }
  redis.call('HSET', p .. ':hooks', id, cjson.encode(hook))
  redis.call('ZADD', p .. ':webhooks', now, id)
  redis.call('PUBLISH', p .. ':channel', 'webhook')
end
redis.call('PUBLISH', p .. ':channel', 'changed ' .. id)
if not held then return 'waiting' end
if token ~= '' then return 'held' end
redis.call('SET', lock, seize, 'PX', 60000)
redis.call('PUBLISH', p .. ':channel', 'stop ' .. how .. ' ' .. id)
return 'seized'`,

  /** An ended job that BullMQ would not remove, since a worker has taken it meanwhile: token to seize it with → 1 if so. */
  seize: `${common}
if not redis.call('GET', lock) then return 0 end
redis.call('SET', lock, ARGV[3], 'PX', 60000)
redis.call('PUBLISH', p .. ':channel', 'stop ' .. ARGV[4] .. ' ' .. id)
return 1`,

  /** Before an attempt goes back to be tried again: token, JSON of the side's fields → 1, or 0 when it is lost or over. */
  failed: `${common}
if final() or redis.call('GET', lock) ~= ARGV[3] then return 0 end
for name, value in pairs(cjson.decode(ARGV[4])) do redis.call('HSET', side, name, tostring(value)) end
count('retried', 1)
return 1`,

  /** Before an attempt is given back: token → 1, or 0. */
  given: `${common}
if final() or redis.call('GET', lock) ~= ARGV[3] then return 0 end
redis.call('HINCRBY', side, 'given', 1)
return 1`,

  /** A lock ran out, and BullMQ has put the job back: attempts a job may have → attempts that were lost, 0 if it is nobody's loss. */
  lost: `${common}
if final() or redis.call('EXISTS', lock) == 1 or redis.call('EXISTS', job) == 0 then return {} end
local of = redis.call('HMGET', job, 'ats', 'pb', 'processedOn')
local attempts = tonumber(of[1] or 0) - tonumber(redis.call('HGET', side, 'given') or 0)
local worker = redis.call('HGET', side, 'foreign') or of[2] or ''
redis.call('HSET', side, 'start', of[3] or '', 'worker', worker)
redis.call('HDEL', side, 'foreign')
if attempts < tonumber(ARGV[3]) then count('retried', 1) end
return { attempts, worker }`,

  /** token, data → the chunk's number, 0 when the attempt is over. */
  chunk: `${common}
if final() or redis.call('GET', lock) ~= ARGV[3] then return 0 end
local seq = redis.call('HINCRBY', side, 'chunk', 1)
redis.call('XADD', p .. ':chunks:' .. id, seq .. '-0', 'd', ARGV[4])
redis.call('PUBLISH', p .. ':channel', 'changed ' .. id)
return seq`,

  /** A success with a webhook is about to be stored: now, traceparent. The webhook waits until it is. */
  hook: `${common}
local generation = redis.call('HINCRBY', p .. ':counters', 'webhooks', 1)
local hook = { generation = generation, delivery = 0, traceparent = ARGV[4] ~= '' and ARGV[4] or nil }
redis.call('HSET', p .. ':hooks', id, cjson.encode(hook))
redis.call('ZADD', p .. ':webhooks', tonumber(ARGV[3]) + 30000, id)
return generation`,

  /** ARGV[2] is a count: now → id and hook of those that are due, which are due again in a minute. */
  dueHooks: `
local p, now = ARGV[1], tonumber(ARGV[3])
local found = {}
for _, id in ipairs(redis.call('ZRANGEBYSCORE', p .. ':webhooks', '-inf', now, 'LIMIT', 0, tonumber(ARGV[2]))) do
  local text = redis.call('HGET', p .. ':hooks', id)
  if text then
    local hook = cjson.decode(text)
    hook.delivery = hook.delivery + 1
    text = cjson.encode(hook)
    redis.call('HSET', p .. ':hooks', id, text)
    redis.call('ZADD', p .. ':webhooks', now + 60000, id)
    found[#found + 1] = id
    found[#found + 1] = text
  else
    redis.call('ZREM', p .. ':webhooks', id)
  end
end
return found`,

  /** generation ('' for any), when it is due again ('' for never), deliveries to take back. */
  laterHook: `${common}
local text = redis.call('HGET', p .. ':hooks', id)
if not text then return 0 end
local hook = cjson.decode(text)
if ARGV[3] ~= '' and tostring(hook.generation) ~= ARGV[3] then return 0 end
if ARGV[4] == '' then
  redis.call('HDEL', p .. ':hooks', id)
  redis.call('ZREM', p .. ':webhooks', id)
else
  hook.delivery = math.max(0, hook.delivery - tonumber(ARGV[5]))
  redis.call('HSET', p .. ':hooks', id, cjson.encode(hook))
  redis.call('ZADD', p .. ':webhooks', ARGV[4], id)
end
return 1`,
} as const;

type Answer = string | number | null | readonly (string | number)[];
export type Scripts = {
  readonly [Name in keyof typeof scripts]: (prefix: string, ...args: readonly (string | number)[]) => Promise<Answer>;
};

/** The scripts as calls on this connection; Redis keeps them by their hash. */
export function defineScripts(redis: Redis): Scripts {
  for (const [name, lua] of Object.entries(scripts))
    redis.defineCommand(`flyball_${name}`, { numberOfKeys: 1, lua: withKey(lua) });
  const calls = redis as unknown as Record<string, (...args: readonly (string | number)[]) => Promise<Answer>>;
  const entries = Object.keys(scripts).map((name) => {
    const call = (prefix: string, ...args: readonly (string | number)[]): Promise<Answer> =>
      calls[`flyball_${name}`]!.call(redis, `${prefix}:due`, prefix, ...args);
    return [name, call] as const;
  });
  return Object.fromEntries(entries) as unknown as Scripts;
}

/** One key tells a Cluster which node to ask. */
function withKey(lua: string): string {
  return `local _ = KEYS[1]\n${lua}`;
}
