import { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CollectionFailure, TelemetrySource } from '#libs/core';
import { CollectionError } from '../sources/collection-error.ts';
import { Lines } from './lines.ts';
import { encode, isAnswer, longestMessage, longestText, type Answer, type ToProbe } from './messages.ts';
import type { ProbedKind, SourceSpec } from './source-spec.ts';
import { watchParent } from './watch-parent.ts';

export type OpenSource = (spec: SourceSpec) => Promise<TelemetrySource>;
type Read = Extract<ToProbe, { type: 'read' }>;

const reapMs = 300;
const lookMs = 10;
/** Of the worker's patience: a source that can end its own read comes before the worker ends the process. */
const share = 0.9;

/** The probe's side: reads what the worker asks for, until the worker is gone or says so. */
export function runProbe(open: OpenSource): void {
  const channel = new Socket({ fd: 3, readable: true, writable: true });
  const sources = new Sources(open);
  const take = (message: ToProbe): void => {
    if (message.type === 'read') return void answerTo(message, sources).then((answer) => channel.write(encode(answer)));
    sources.specs = message.sources;
    // Only NVML is called on the main thread, for as long as it likes.
    if (message.sources.some(({ kind }) => kind === 'nvml')) watchParent(message.parent);
  };
  const lines = new Lines(longestMessage, (line) => take(JSON.parse(line) as ToProbe));
  channel.on('data', (data: Buffer) => lines.push(data));
  channel.on('error', () => undefined);
  // Without a worker nobody reads what is found, nor ends what was started.
  channel.on('close', endGroup);
  process.on('SIGTERM', () => void leave(sources));
  process.on('uncaughtException', (error) => {
    process.stderr.write(`${describe(error)}\n`, () => process.exit(1));
  });
}

/** Opened when they are first asked. */
class Sources {
  specs: readonly SourceSpec[] = [];
  readonly #open: OpenSource;
  readonly #opened = new Map<ProbedKind, Promise<TelemetrySource>>();

  constructor(open: OpenSource) {
    this.#open = open;
  }

  async get(kind: ProbedKind): Promise<TelemetrySource> {
    const spec = this.specs.find((each) => each.kind === kind);
    if (spec === undefined) throw new Error(`there is no source ${kind}`);
    const source = this.#opened.get(kind) ?? this.#open(spec);
    this.#opened.set(kind, source);
    // The next read tries again.
    source.catch(() => this.#opened.delete(kind));
    return source;
  }

  async close(): Promise<void> {
    await Promise.allSettled([...this.#opened.values()].map(async (source) => (await source).close()));
  }
}

async function answerTo({ id, kind, timeoutMs }: Read, sources: Sources): Promise<Answer> {
  const signal = AbortSignal.timeout(timeoutMs * share);
  try {
    const source = await sources.get(kind);
    const answer: Answer = { id, sample: await source.read(signal) };
    if (isAnswer(answer)) return answer;
    return { id, failure: { result: 'parse', message: `${kind} answered with a sample that cannot be` } };
  } catch (error) {
    return { id, failure: shortened(failureOf(kind, error, signal.aborted && timeoutMs * share)) };
  }
}

function failureOf(kind: ProbedKind, error: unknown, timedOutMs: number | false): CollectionFailure {
  if (error instanceof CollectionError) return error.failure;
  if (timedOutMs !== false) return { result: 'timeout', message: `${kind} did not answer within ${timedOutMs} ms` };
  return { result: 'error', message: `${kind} failed: ${describe(error)}` };
}

function shortened({ message, next, ...rest }: CollectionFailure): CollectionFailure {
  return { ...rest, message: message.slice(0, longestText), ...(next && { next: next.slice(0, longestText) }) };
}

/** One line: what a stack adds is many. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const place = /\n\s+at (.+)/.exec(error.stack ?? '')?.[1];
  return `${error.name}: ${error.message}${place === undefined ? '' : ` (${place})`}`.replaceAll('\n', ' ');
}

/** Lets the commands that the same signal ended be reaped by their parent: where process 1 reaps nobody, they would stay. */
async function leave(sources: Sources): Promise<void> {
  const until = performance.now() + reapMs;
  await Promise.race([sources.close(), sleep(reapMs)]);
  while (hasChildren() && performance.now() < until) await sleep(lookMs);
  if (hasChildren()) endGroup();
  process.exit(0);
}

function hasChildren(): boolean {
  return process.getActiveResourcesInfo().includes('ProcessWrap');
}

function endGroup(): void {
  try {
    process.kill(process.platform === 'win32' ? process.pid : -process.pid, 'SIGKILL');
  } catch {
    // Started by hand, it leads no group.
    process.exit(1);
  }
}
