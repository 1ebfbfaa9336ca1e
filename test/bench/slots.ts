import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Window } from '#libs/core';
import { createHandler } from '#libs/handlers';
import { createMetrics } from '#libs/observability';
import { openSqliteQueue, type Queue } from '#libs/queue';
import { systemClock, type Clock } from '#libs/runtime';
import { Gate } from '../../libs/runtime/gate.ts';
import { WorkerLoop } from '../../libs/runtime/worker-loop.ts';

/** A worker loop on the embedded queue with a handler that only waits, and a meter of how busy its slots are. */
export class Slots {
  readonly #directory: string;
  readonly #queue: Queue;
  readonly #loop: WorkerLoop;
  readonly gate: Gate;
  readonly meter: Meter;

  private constructor(directory: string, queue: Queue, loop: WorkerLoop, parts: { gate: Gate; meter: Meter }) {
    this.#directory = directory;
    this.#queue = queue;
    this.#loop = loop;
    this.gate = parts.gate;
    this.meter = parts.meter;
  }

  static async open(options: {
    readonly limit: number;
    readonly serviceMs: number;
    readonly backlog: number;
  }): Promise<Slots> {
    const directory = mkdtempSync(join(tmpdir(), 'flyball-bench-'));
    const path = join(directory, 'queue.db');
    const queue = await openSqliteQueue({ path, endpoint: 'bench', worker: 'bench', attempts: 3, limit: 10_000_000 });
    await enqueue(queue, options.backlog);
    const clock = systemClock();
    const meter = new Meter(clock, options.limit);
    const handler = createHandler(
      {
        async handler() {
          meter.change(1);
          await sleep(options.serviceMs);
          meter.change(-1);
          return {};
        },
      },
      { workerId: 'bench', endpointId: 'bench' },
      () => undefined,
    );
    await handler.start(new AbortController().signal);
    const gate = new Gate(options.limit, clock);
    const metrics = createMetrics({
      queue: 'bench',
      strategy: 'fixed',
      periodMs: 1000,
      version: '0',
      inFlight: () => gate.inFlight,
      gateWaiting: () => 0,
    });
    const loop = new WorkerLoop({
      source: queue,
      handler,
      gate,
      window: new Window(),
      clock,
      emit: (event) => metrics.record(event),
      attempts: 3,
      latencyTarget: undefined,
    });
    loop.start();
    return new Slots(directory, queue, loop, { gate, meter });
  }

  resize(limit: number): void {
    this.meter.limit(limit);
    this.gate.resize(limit);
  }

  /** One `take(1)` beside the running loop; the job goes back. */
  async claimRoundTripMs(): Promise<number> {
    const start = performance.now();
    const leases = await this.#queue.take(1, new AbortController().signal);
    const end = performance.now();
    await Promise.all(leases.map((lease) => lease.giveBack()));
    return end - start;
  }

  async close(): Promise<void> {
    await this.#loop.drain(0);
    await this.#queue.close();
    rmSync(this.#directory, { recursive: true });
  }
}

/** ∫ busy slots dt over ∫ limit dt; slots above a limit that was cut do not count. */
export class Meter {
  readonly #clock: Clock;
  #limit: number;
  #inFlight = 0;
  #t: number;
  #busy = 0;
  #offered = 0;
  /** Called at each start of a job. */
  onStart: () => void = () => undefined;

  constructor(clock: Clock, limit: number) {
    this.#clock = clock;
    this.#limit = limit;
    this.#t = clock.now();
  }

  change(by: 1 | -1): void {
    this.#advance();
    this.#inFlight += by;
    if (by > 0) this.onStart();
  }

  limit(limit: number): void {
    this.#advance();
    this.#limit = limit;
  }

  reset(): void {
    this.#advance();
    this.#busy = 0;
    this.#offered = 0;
  }

  get share(): number {
    this.#advance();
    return this.#busy / this.#offered;
  }

  #advance(): void {
    const now = this.#clock.now();
    const elapsed = now - this.#t;
    this.#busy += Math.min(this.#inFlight, this.#limit) * elapsed;
    this.#offered += this.#limit * elapsed;
    this.#t = now;
  }
}

async function enqueue(queue: Queue, count: number): Promise<void> {
  const policy = { executionTimeout: 600_000, ttl: 86_400_000, lowPriority: false };
  for (let made = 0; made < count; made += 1000) {
    const some = Array.from({ length: Math.min(1000, count - made) }, () =>
      queue.enqueue({ id: randomUUID(), input: {}, extra: {}, policy, retention: 60_000 }),
    );
    await Promise.all(some);
  }
}
