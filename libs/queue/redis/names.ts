/**
 * Where an endpoint's keys are. All have one hash tag, so that they share a slot of a Cluster and scripts may touch several.
 * BullMQ's are below `jobs`; what it has no place for is beside it.
 */
export interface Names {
  /** For BullMQ. */
  readonly prefix: string;
  /** Name of its queue. */
  readonly queue: 'jobs';
  /** When a job is to be looked at: its ttl while it lives, its removal when it is final. Sorted set, ms. */
  readonly due: string;
  /** Ids that are being stored. Sorted set, ms. */
  readonly pending: string;
  /** When a webhook is due. Sorted set, ms. */
  readonly webhooks: string;
  /** What is known of a webhook. Hash of JSON. */
  readonly hooks: string;
  readonly counters: string;
  readonly fleet: string;
  /** Channel: an attempt must stop, a webhook is due, a job's chunks changed. */
  readonly channel: string;
  /** Of BullMQ's: `wait`, `active` … */
  list(name: string): string;
  job(id: string): string;
  lock(id: string): string;
  /** What BullMQ has no field for; most jobs have none of it. Hash. */
  side(id: string): string;
  chunks(id: string): string;
}

export function namesOf(endpoint: string): Names {
  const prefix = `{flyball:${endpoint}}`;
  return {
    prefix,
    queue: 'jobs',
    due: `${prefix}:due`,
    pending: `${prefix}:pending`,
    webhooks: `${prefix}:webhooks`,
    hooks: `${prefix}:hooks`,
    counters: `${prefix}:counters`,
    fleet: `${prefix}:fleet`,
    channel: `${prefix}:channel`,
    list: (name) => `${prefix}:jobs:${name}`,
    job: (id) => `${prefix}:jobs:${bullId(id)}`,
    lock: (id) => `${prefix}:jobs:${bullId(id)}:lock`,
    side: (id) => `${prefix}:side:${id}`,
    chunks: (id) => `${prefix}:chunks:${id}`,
  };
}

/** Jobs lie beside BullMQ's own keys, and one may be called `wait`. */
export function bullId(id: string): string {
  return `j-${id}`;
}

export function ownId(bull: string): string {
  return bull.slice(2);
}
