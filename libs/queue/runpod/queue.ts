import { FlyballError, type JobSource } from '#libs/core';
import type { RunpodLease } from './lease.ts';
import { Leases, type LeasesOptions } from './leases.ts';
import { Pings } from './pings.ts';
import { Stops } from './stops.ts';
import { Takes } from './takes.ts';
import { withParameters } from './templates.ts';

/** What an open queue is made of; see `open.ts`. */
export interface RunpodParts extends LeasesOptions {
  /** How long `close` goes on delivering, ms. */
  readonly flushMs: number;
  /** JSON. */
  readonly parse: (text: string) => unknown;
  readonly pingHeaders: Readonly<Record<string, string>>;
}

/** The protocol level we speak; the platform may choose what it offers by it (H2). */
const protocol = { runpod_version: '1.12.0' };
const unhealthyMs = 2000;
const longestReason = 256;

/** Jobs of RunPod's hosted API, or of a gateway that speaks like it. Made by `openRunpodQueue`. */
export class RunpodQueue implements JobSource {
  readonly #parts: RunpodParts;
  readonly #leases: Leases;
  readonly #takes: Takes;
  readonly #stops: Stops | undefined;
  readonly #pings: Pings | undefined;
  #draining = false;
  #closed = false;

  constructor(parts: RunpodParts) {
    const { settings, wire, roundTrip, report, wall, random, parse, pingHeaders } = parts;
    const { routes, pingMs } = settings;
    const leases = new Leases(parts);
    this.#parts = parts;
    this.#leases = leases;
    this.#takes = new Takes({
      wire,
      routes,
      roundTrip,
      report,
      wall,
      random,
      parse,
      demand: () => leases.demand(),
      holding: () => leases.size > 0,
      arrived: (items) => leases.arrived(items),
    });
    leases.onChange = () => this.#takes.poke();
    if (routes.stop !== undefined) {
      const stop = (jobId: string): boolean => leases.end(jobId, 'cancelled');
      this.#stops = new Stops({ wire, url: routes.stop, stop, wall, random, report });
    }
    if (routes.ping !== undefined) {
      const url = withParameters(routes.ping, protocol);
      const held = (): readonly string[] => leases.ids();
      this.#pings = new Pings({ url, headers: pingHeaders, intervalMs: pingMs, held, roundTrip, report });
    }
  }

  /** This worker's name with the platform. */
  get worker(): string {
    return this.#parts.settings.worker;
  }

  get endpoint(): string | undefined {
    return this.#parts.settings.endpoint;
  }

  /** Jobs must be taken within this after the start, else `unhealthy` is to be said (H14). ms */
  get initTimeoutMs(): number {
    return this.#parts.settings.initTimeoutMs;
  }

  /** It asks for jobs, and the platform takes its key (H4). */
  get ready(): boolean {
    return !this.#draining && this.#takes.accepted;
  }

  /** Finished results that the platform has not taken yet. */
  get results(): number {
    return this.#parts.outbox.results;
  }

  /** Age of the oldest of them, ms; 0 when there is none. */
  get oldestAge(): number {
    return this.#parts.outbox.oldestAge;
  }

  /** Jobs held that have not ended, and how many of them wait here for a slot. */
  get held(): { readonly jobs: number; readonly waiting: number } {
    return { jobs: this.#leases.size, waiting: this.#leases.line.length };
  }

  /** @throws {FlyballError} QUEUE_UNAVAILABLE after `close` */
  async take(count: number, signal: AbortSignal): Promise<readonly RunpodLease[]> {
    if (this.#closed) throw new FlyballError('QUEUE_UNAVAILABLE', 'The queue has been closed. Start Flyball again.');
    const taken = this.#leases.line.take(count, signal);
    this.#takes.poke();
    return taken;
  }

  /** The platform does not tell. */
  async depth(): Promise<undefined> {
    return undefined;
  }

  /**
   * The beginning of a shutdown (H13): calls back what is asked for; jobs that wait for a slot here are unlisted, and those
   * given back from now on too. Jobs that run go on.
   */
  stopTaking(): void {
    if (this.#draining) return;
    this.#draining = true;
    this.#takes.stop();
    this.#leases.drain();
  }

  /** Asks the platform for another worker in this one's place, with each result from now on. Takes no more (H15). */
  refreshWorker(): void {
    this.#parts.results.stopPod = true;
    this.stopTaking();
  }

  /** Says once that this worker cannot work, and why; to be followed by its exit (H14). Takes 2 s at most, never rejects. */
  async unhealthy(check: string, reason: string): Promise<void> {
    const { ping } = this.#parts.settings.routes;
    if (ping === undefined) return;
    const said = { status: 'unhealthy', check, reason: reason.slice(0, longestReason), ...protocol };
    const signal = AbortSignal.timeout(unhealthyMs);
    await this.#parts.wire
      .call({ method: 'GET', url: withParameters(ping, said), signal, timeoutMs: unhealthyMs })
      .catch((error: unknown) => this.#parts.report('ping-failed', { error: String(error) }));
  }

  /** Unlists what still runs and delivers what it can within the time for it; the rest stays in the outbox. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.stopTaking();
    this.#closed = true;
    const { outbox, results, wire, lanes, flushMs } = this.#parts;
    this.#leases.close();
    await outbox.flush(AbortSignal.timeout(flushMs));
    results.close();
    await Promise.all([this.#stops?.close(), this.#pings?.close(), outbox.close()]);
    await Promise.all([lanes.close(), wire.close()]);
  }

  /** There may be room for the result of another job. */
  resultEnded(): void {
    this.#takes.poke();
  }
}
