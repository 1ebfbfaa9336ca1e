import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { FakeJobs } from './fake-runpod-jobs.ts';

export type FakeRoute = 'take' | 'stop' | 'done' | 'progress' | 'stream' | 'ping';

/** A request as it came. */
export interface FakeCall {
  readonly route: FakeRoute;
  /** Monotonic ms. */
  readonly at: number;
  readonly worker: string;
  /** Of results and chunks. */
  readonly jobId: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** Another answer than the platform's own; `drop`: the connection is cut without one. */
export type FakeAnswer =
  { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string } | 'drop';

export interface FakeOptions {
  /** How long a take or a stop without anything to tell is held, ms. */
  readonly holdMs?: number;
  /** One way each, ms. */
  readonly latencyMs?: number;
  /** A port that was used before. */
  readonly port?: number;
  readonly jobs?: FakeJobs;
}

/**
 * RunPod's hosted job API as a real HTTP server on 127.0.0.1: take, batch, done, progress, stream, ping and stop, with a delay
 * each way, and any answer that a test asks for.
 */
export class FakeRunpod {
  readonly jobs: FakeJobs;
  readonly calls: FakeCall[] = [];
  readonly port: number;
  /** Asked first; nothing: the platform's own answer. With another it has not seen the call. */
  answer: (call: FakeCall) => FakeAnswer | undefined = () => undefined;
  latencyMs: number;
  /** Takes that were open at once, at most. */
  mostTakes = 0;
  #openTakes = 0;
  readonly #server: Server;
  readonly #holdMs: number;

  private constructor(server: Server, options: FakeOptions) {
    this.#server = server;
    this.#holdMs = options.holdMs ?? 300;
    this.latencyMs = options.latencyMs ?? 0;
    this.jobs = options.jobs ?? new FakeJobs();
    const address = server.address();
    this.port = typeof address === 'object' && address !== null ? address.port : 0;
  }

  static async start(options: FakeOptions = {}): Promise<FakeRunpod> {
    const server = createServer({ keepAliveTimeout: 72_000, maxHeaderSize: 128 * 1024 });
    server.listen(options.port ?? 0, '127.0.0.1');
    await once(server, 'listening');
    const fake = new FakeRunpod(server, options);
    server.on('request', (request, response) => void fake.#serve(request, response));
    return fake;
  }

  /** What the platform sets in a pod. */
  variables(over: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
    const base = `http://127.0.0.1:${this.port}/v2/ep`;
    return {
      RUNPOD_WEBHOOK_GET_JOB: `${base}/job-take/$ID?gpu=$RUNPOD_GPU_TYPE_ID`,
      RUNPOD_WEBHOOK_POST_OUTPUT: `${base}/job-done/$RUNPOD_POD_ID/$ID?gpu=$RUNPOD_GPU_TYPE_ID`,
      RUNPOD_WEBHOOK_POST_STREAM: `${base}/job-stream/$RUNPOD_POD_ID/$ID?gpu=$RUNPOD_GPU_TYPE_ID`,
      RUNPOD_WEBHOOK_PING: `${base}/ping/$RUNPOD_POD_ID`,
      RUNPOD_AI_API_KEY: 'key',
      RUNPOD_POD_ID: 'w1',
      RUNPOD_ENDPOINT_ID: 'ep',
      RUNPOD_PING_INTERVAL: '1000',
      RUNPOD_GPU_TYPE_ID: 'H200',
      ...over,
    };
  }

  of(route: FakeRoute): readonly FakeCall[] {
    return this.calls.filter((call) => call.route === route);
  }

  /** Ids in the last ping. */
  get listed(): readonly string[] {
    return idsOf(this.of('ping').at(-1));
  }

  /** @throws when it does not hold within `withinMs` */
  async until(holds: () => boolean, withinMs = 10_000): Promise<void> {
    const started = performance.now();
    while (!holds()) {
      if (performance.now() - started > withinMs) throw new Error(`not within ${withinMs} ms: ${holds.toString()}`);
      await sleep(5);
    }
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request).catch(() => undefined);
    if (body === undefined) return;
    if (this.latencyMs > 0) await sleep(this.latencyMs);
    const call = readCall(request, body);
    if (call === undefined) return void response.writeHead(404).end();
    this.calls.push(call);
    if (call.route === 'take') this.#countTake(response);
    const answer = this.answer(call) ?? (await this.#own(call, request, response));
    if (this.latencyMs > 0) await sleep(this.latencyMs);
    if (answer === 'drop') return void request.socket.destroy();
    const headers = { 'content-type': 'application/json', ...answer.headers };
    response.writeHead(answer.status, answer.status === 204 ? {} : headers).end(answer.body ?? '');
  }

  #countTake(response: ServerResponse): void {
    this.#openTakes += 1;
    this.mostTakes = Math.max(this.mostTakes, this.#openTakes);
    response.once('close', () => (this.#openTakes -= 1));
  }

  async #own(call: FakeCall, request: IncomingMessage, response: ServerResponse): Promise<FakeAnswer> {
    const { route, worker, jobId, body } = call;
    const open = (): boolean => !request.socket.destroyed && !response.closed;
    switch (route) {
      case 'take': {
        const size = Math.max(1, Math.floor(Number(call.query.get('batch_size') ?? 1)));
        const jobs = await this.#held(() => (open() ? this.jobs.take(worker, size) : []));
        if (jobs.length === 0) return { status: 204 };
        const wires = jobs.map(({ wire }) => wire);
        return { status: 200, body: JSON.stringify(call.query.has('batch_size') ? wires : wires[0]) };
      }
      case 'stop': {
        const jobsToStop = await this.#held(() => (open() ? this.jobs.stops(worker) : []));
        return jobsToStop.length === 0 ? { status: 204 } : { status: 200, body: JSON.stringify({ jobsToStop }) };
      }
      case 'ping':
        this.jobs.pinged(worker, new Set(idsOf(call)));
        return { status: 200 };
      default: {
        const job = this.jobs.all.get(jobId);
        if (job === undefined) return { status: 404 };
        const value = JSON.parse(body) as { readonly output?: unknown };
        if (route === 'done') {
          job.results.push({ body: value, isStream: call.query.get('isStream') === 'true' });
          if (job.state !== 'cancelled') job.state = 'done';
        } else (route === 'progress' ? job.progress : job.chunks).push(value.output);
        job.events.push(route === 'stream' ? 'chunk' : route);
        return { status: 200 };
      }
    }
  }

  /** The first list that is not empty, within the time for which a call is held. */
  async #held<Value>(look: () => readonly Value[]): Promise<readonly Value[]> {
    const until = performance.now() + this.#holdMs;
    for (let found = look(); ; found = look()) {
      const left = until - performance.now();
      if (found.length > 0 || left <= 0) return found;
      await this.jobs.change(left);
    }
  }
}

function idsOf(ping: FakeCall | undefined): readonly string[] {
  return (ping?.query.get('job_id') ?? '').split(',').filter((id) => id !== '');
}

const routes: Readonly<Record<string, FakeRoute>> = {
  'job-take': 'take',
  'job-take-batch': 'take',
  'job-stop': 'stop',
  'job-done': 'done',
  'job-stream': 'stream',
  ping: 'ping',
};

function readCall(request: IncomingMessage, body: string): FakeCall | undefined {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://fake');
  const [, , , name = '', worker = '', jobId = ''] = pathname.split('/');
  const route = routes[decodeURIComponent(name)];
  if (route === undefined) return undefined;
  const isProgress = route === 'done' && body.startsWith('{"status":"IN_PROGRESS"');
  return {
    route: isProgress ? 'progress' : route,
    at: performance.now(),
    worker,
    jobId: decodeURIComponent(jobId),
    query: searchParams,
    headers: request.headers,
    body,
  };
}
