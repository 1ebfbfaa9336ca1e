import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Lease } from '#libs/core';
import { openRunpodQueue, openSqliteQueue, type Queue, type RunpodQueue, type RunpodVariables } from '#libs/queue';
import { workerEnvironment } from '#libs/runpod';
import { describeQueue, type OpenOptions, type QueueUnderTest } from '#libs/testing';
import { scriptedWorker, type ScriptedWorker } from '../gateway/scripted-worker.ts';
import { call, startGateway, type TestGateway, type TestGatewayOptions } from '../gateway/start-gateway.ts';

type RemoteLease = Awaited<ReturnType<RunpodQueue['take']>>[number];

/** Nobody waits for so long for two sides to agree, ms. */
const patienceMs = 5000;
/** Time that passes at once; a worker whose jobs are to be kept has pinged by then. Less than the gateway's 35 s. ms */
const stepMs = 30_000;

/** One of many takers may be asking for a job that another gets, ms. */
const restMs = 100;

// Time stands still but for `advance`; network, disk, timers and event loop are real.
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/**
 * 43: clients at our gateway, and our worker's `take` at the other end of the wire. What the worker tells is durable when it
 * says so and under way then, as is what the gateway tells the worker: a client asks when both have arrived.
 */
class OverTheWire implements QueueUnderTest {
  readonly #directory = mkdtempSync(join(tmpdir(), 'flyball-wire-'));
  readonly #options: OpenOptions;
  #stored!: Queue;
  #gateway!: TestGateway;
  #worker!: RunpodQueue;
  #client!: Queue;
  #leases: readonly RemoteLease[] = [];
  #pingedAt: number | undefined;

  private constructor(options: OpenOptions) {
    this.#options = options;
  }

  static async open(options: OpenOptions = {}): Promise<OverTheWire> {
    const subject = new OverTheWire(options);
    await subject.#start();
    return subject;
  }

  get queue(): Queue {
    return this.#client;
  }

  readonly advance = async (ms: number): Promise<void> => {
    await this.#agree();
    for (let left = ms; left > 0; left -= stepMs) {
      vi.setSystemTime(Date.now() + Math.min(left, stepMs));
      await this.#seeToWhatIsDue();
      const isOverdue = (): boolean => Date.now() - (this.#pingedAt ?? 0) >= stepMs;
      if (this.#worker.held.jobs > 0) await until('a ping', () => !isOverdue());
    }
    await this.#agree();
  };

  /** Both processes die; what the worker had not delivered is in its outbox. */
  readonly crash = async (): Promise<void> => {
    await this.#stop();
    await this.#start();
  };

  readonly close = async (): Promise<void> => {
    await this.#stop();
    rmSync(this.#directory, { recursive: true, force: true });
  };

  async #start(): Promise<void> {
    const { attempts = 3, limit = 1000 } = this.#options;
    const path = join(this.#directory, 'queue.db');
    this.#stored = await openSqliteQueue({ path, endpoint: 'local', worker: 'gateway', attempts, limit });
    this.#gateway = await startGateway({ wrap: () => this.#served(this.#stored) });
    this.#client = this.#asClient(this.#stored);
    this.#leases = [];
    this.#pingedAt = undefined;
    this.#worker = await openRunpodQueue({
      variables: variablesFor(this.#gateway),
      outbox: { folder: join(this.#directory, 'outbox'), pauses: { first: 20, most: 200 } },
      // A job that is fetched ahead of need is IN_PROGRESS before anybody takes it.
      freeSoon: () => 0,
    });
    await until('the first ping', () => this.#pingedAt !== undefined);
  }

  async #stop(): Promise<void> {
    await this.#worker.close();
    await this.#stored.close();
    await this.#gateway.close();
  }

  /** As the gateway has it: webhooks are the kit's to deliver; every ping renews. */
  #served(stored: Queue): Queue {
    return replacing(stored, {
      takeWebhooks: (_count, signal) =>
        new Promise((resolve) => signal.addEventListener('abort', () => resolve([]), { once: true })),
      renew: async (worker, ids) => {
        const strangers = await stored.renew(worker, ids);
        this.#pingedAt = Date.now();
        return strangers;
      },
    });
  }

  #asClient(stored: Queue): Queue {
    const agreed = <Args extends readonly unknown[], Value>(call: (...args: Args) => Promise<Value>) => {
      return async (...args: Args): Promise<Value> => {
        await this.#agree();
        const value = await call(...args);
        await this.#agree();
        return value;
      };
    };
    return replacing(stored, {
      take: (count, signal) => this.#take(count, signal),
      get: agreed((id) => stored.get(id)),
      cancel: agreed((id) => stored.cancel(id)),
      retry: agreed((id) => stored.retry(id)),
      purge: agreed(() => stored.purge()),
      chunks: agreed((id, maxBytes) => stored.chunks(id, maxBytes)),
      acknowledgeChunks: agreed((id, seq) => stored.acknowledgeChunks(id, seq)),
      counters: agreed(() => stored.counters()),
      // Leased for the gateway is what waits for a slot at the worker.
      depth: agreed(async () => {
        const depth = await stored.depth();
        const { waiting } = this.#worker.held;
        return depth && { ...depth, waiting: depth.waiting + waiting, leased: depth.leased - waiting };
      }),
      takeWebhooks: async (count, signal) => {
        await this.#agree();
        return stored.takeWebhooks(count, signal);
      },
      close: async () => {
        await this.#worker.close();
        await stored.close();
      },
    });
  }

  /** A worker is answered with what waits in its line, and asks for the rest then: the kit asks once. */
  async #take(count: number, signal: AbortSignal): Promise<readonly RemoteLease[]> {
    const taken: RemoteLease[] = [];
    do {
      const patience = taken.length === 0 ? signal : AbortSignal.any([signal, AbortSignal.timeout(restMs)]);
      const leases = await this.#worker.take(count - taken.length, patience);
      taken.push(...leases);
      this.#leases = [...this.#leases, ...leases];
    } while (taken.length > 0 && taken.length < count && (await this.#hasMore()));
    return taken;
  }

  /** Jobs that nobody has taken: at the gateway, on the wire, in the worker's line. */
  async #hasMore(): Promise<boolean> {
    await this.#agree();
    const { waiting = 0, lowPriority = 0, leased = 0 } = (await this.#stored.depth()) ?? {};
    return waiting + lowPriority + leased > this.#leases.length;
  }

  /** Until the gateway has what the worker told, and the worker has stopped what the queue has ended. */
  #agree(): Promise<void> {
    return until('both sides agree', async () => {
      if (this.#worker.results > 0) return false;
      this.#leases = this.#leases.filter((lease) => !lease.over);
      for (const { job, updates } of this.#leases) {
        if (updates.unsent.length > 0) return false;
        const view = await this.#stored.get(job.id);
        if (view?.status !== 'IN_PROGRESS') return false;
      }
      return true;
    });
  }

  /** The queue's alarm is a real timer, set by the clock as it was: whoever begins to wait for webhooks has it look again. */
  async #seeToWhatIsDue(): Promise<void> {
    for (let turn = 0; turn < 4; turn += 1) {
      const looking = new AbortController();
      void this.#stored.takeWebhooks(1, looking.signal).catch(() => undefined);
      looking.abort();
      await this.#stored.webhookDone('nothing').catch(() => undefined);
    }
  }
}

/** What the gateway prints for a worker, read as a shell would. */
function variablesFor({ port }: TestGateway): RunpodVariables {
  const url = `http://127.0.0.1:${port}`;
  const text = workerEnvironment({ url, endpoint: 'local', worker: 'w1', key: 'any', pingInterval: 1000 });
  const lines = [...text.matchAll(/^(\w+)='?(.*?)'?$/gm)];
  return Object.fromEntries(lines.map(([, name, value]) => [name, value]));
}

/** The same, but for these. */
function replacing<Whole extends object>(whole: Whole, methods: Partial<Whole>): Whole {
  return new Proxy(whole, {
    get: (target, name) => {
      if (Object.hasOwn(methods, name)) return Reflect.get(methods, name);
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = performance.now() + patienceMs; !(await holds()); await sleep(1)) {
    if (performance.now() > end) throw new Error(`waited ${patienceMs} ms in vain: ${what}`);
  }
}

const noGiveBack =
  'The protocol has no way to give a job back (H3): it stays this worker’s, waits in its line and starts first.';
const oneEnding =
  'A lease at a worker ends once, and job-done names worker and job: a success after a failure is not told (H12).';

describeQueue('our worker at our gateway', (options) => OverTheWire.open(options), {
  excluded: {
    'takes a job back uncounted, to its old place': noGiveBack,
    'shows the attempt before, when a later one was given back': noGiveBack,
    'accepts a late success while the job is not final, and stops whoever has it now': oneEnding,
    'lets a webhook continue the attempt that ended the job': oneEnding,
  },
  excludedGroups: {
    'other workers': 'This worker is the other one; the gateway’s queue keeps these claims in its own spec.',
  },
});

describe('what a worker says under "flyball" beside its error', () => {
  const full = { outcome: 'overloaded', errorType: 'out-of-memory', retry: true };

  async function start(
    options: TestGatewayOptions = {},
  ): Promise<{ readonly gateway: TestGateway; readonly worker: ScriptedWorker; readonly id: string }> {
    const gateway = await startGateway(options);
    onTestFinished(() => gateway.close());
    const { body } = await call(gateway, 'POST', 'run', { input: 1, flyball: { size: 2 } });
    return { gateway, worker: scriptedWorker(gateway), id: body.id };
  }

  it('counts, whoever says it: the job is tried again', async () => {
    const { gateway, worker, id } = await start();
    expect((await worker.take()).body).toMatchObject({ id, attempt: 1, flyball: { size: 2 } });
    await worker.done(id, { error: 'full', flyball: { ...full, outcome: 'failed', errorType: 'handler-exited' } });
    expect((await worker.take()).body).toMatchObject({ id, attempt: 2 });
    await worker.done(id, { error: 'full', flyball: { ...full, outcome: 'timed-out', retry: false } });
    expect((await call(gateway, 'GET', `status/${id}`)).body).toMatchObject({ status: 'TIMED_OUT', error: 'full' });
    for (const end of [
      { attempt: 1, outcome: 'failed', errorType: 'handler-exited', retried: true },
      { attempt: 2, outcome: 'timed-out', errorType: 'out-of-memory', retried: false },
    ]) {
      expect(gateway.events).toContainEqual(expect.objectContaining({ type: 'attempt-ended', ...end }));
    }
  });

  it('ends the attempt that it names and no other, should it come twice', async () => {
    const { gateway, worker, id } = await start();
    const told = { error: 'full', flyball: { ...full, outcome: 'failed', errorType: 'handler-exited', attempt: 1 } };
    await worker.take();
    await worker.done(id, told);
    await worker.take();
    expect((await worker.done(id, told)).status).toBe(200);
    expect((await call(gateway, 'GET', `status/${id}`)).body).toMatchObject({ status: 'IN_PROGRESS', retries: 1 });
    await call(gateway, 'POST', `cancel/${id}`);
    expect((await worker.stop()).body).toEqual({ jobsToStop: [id] });
  });

  it('leaves the attempt after it, which may begin before the answer is out, in the care of the gateway', async () => {
    const worker: { take?: ScriptedWorker['take'] } = {};
    const failingSlowly = (lease: Lease): Lease =>
      replacing(lease, {
        fail: async (...ending) => {
          await lease.fail(...ending);
          await worker.take?.();
        },
      });
    const {
      gateway,
      worker: pod,
      id,
    } = await start({
      wrap: (queue) =>
        replacing(queue, { held: async (...of) => queue.held(...of).then((lease) => lease && failingSlowly(lease)) }),
    });
    worker.take = pod.take;
    await pod.take();
    await pod.done(id, { error: 'full', flyball: { ...full, outcome: 'failed' } });
    await call(gateway, 'POST', `cancel/${id}`);
    expect((await pod.stop()).body).toEqual({ jobsToStop: [id] });
  });
});
