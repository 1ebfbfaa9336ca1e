import { randomUUID } from 'node:crypto';
import type { DeliveryTry } from '../outbox/contract.ts';
import { openOutbox } from '../outbox/open.ts';
import { Lanes } from './lanes.ts';
import type { Report } from './notices.ts';
import { RunpodQueue } from './queue.ts';
import { Results } from './results.ts';
import { RoundTrip } from './round-trip.ts';
import { readVariables, type RunpodVariables } from './variables.ts';
import { Wire } from './wire.ts';

export interface RunpodQueueOptions {
  /** RunPod's variables, as the process has them. */
  readonly variables: RunpodVariables;
  /** Where finished results wait until the platform has them; of this worker alone. */
  readonly outbox: {
    readonly folder: string;
    /** Default 10,000. */
    readonly maxResults?: number;
    /** Default 1 GiB. */
    readonly maxBytes?: number;
    /** Between tries of one result, ms; default 500, doubling to 30,000. */
    readonly pauses?: { readonly first: number; readonly most: number };
  };
  /** Attempts a job may have before a failure is told instead of being tried again; default 2, RunPod's one retry. */
  readonly attempts?: number;
  /** Jobs expected to end within one round trip, to be replaced ahead of time; default: from how long jobs took here. */
  readonly freeSoon?: () => number;
  /** Reads a take's answer; default JSON. Pass a tolerant one where clients send Python's NaN. @throws when it is none */
  readonly parseJson?: (text: string) => unknown;
  /** How long `close` goes on delivering, ms; default 5,000. */
  readonly flushMs?: number;
  /** Default `Flyball`. */
  readonly userAgent?: string;
  /** Wall clock, ms since 1970. */
  readonly wall?: () => number;
  readonly random?: () => number;
  /** Each try to deliver a result. */
  readonly tried?: (result: DeliveryTry, jobId: string) => void;
  /** What an operator may want in the log. */
  readonly report?: Report;
}

/**
 * Opens RunPod's hosted queue for one worker (`QUEUE_URL=runpod:`): begins to ping, to listen for stops and to deliver results
 * of a process before this one; takes no job before it is asked to.
 * @throws {FlyballError} RUNPOD_VARIABLES, OUTBOX_OWNED
 */
export async function openRunpodQueue(options: RunpodQueueOptions): Promise<RunpodQueue> {
  const { userAgent = 'Flyball', random = Math.random, wall = Date.now, report = () => undefined } = options;
  const settings = readVariables(options.variables, randomUUID);
  const { key, routes } = settings;
  for (const route of settings.missing) report('runpod-route-missing', { ...route });
  const wire = new Wire({ key, userAgent });
  const roundTrip = new RoundTrip();
  const results = new Results({ wire, routes, roundTrip, report });
  let queue: RunpodQueue | undefined;
  const outbox = await openOutbox({
    ...options.outbox,
    random,
    wall,
    report,
    ...(options.tried !== undefined && { tried: options.tried }),
    deliver: (entry, signal) => results.deliver(entry, signal),
    ended: (jobId, how) => {
      results.ended(jobId, how);
      queue?.resultEnded();
    },
  });
  queue = new RunpodQueue({
    settings,
    wire,
    outbox,
    results,
    roundTrip,
    random,
    wall,
    report,
    lanes: new Lanes(wire),
    attempts: options.attempts ?? 2,
    flushMs: options.flushMs ?? 5000,
    freeSoon: options.freeSoon,
    parse: options.parseJson ?? JSON.parse,
    pingHeaders: { 'user-agent': userAgent, ...(key !== undefined && { authorization: key }) },
  });
  return queue;
}
