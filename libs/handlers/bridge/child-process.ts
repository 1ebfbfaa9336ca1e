import { spawn, type ChildProcess } from 'node:child_process';
import type { Writable } from 'node:stream';
import { deathOf, type Death } from './exit-cause.ts';
import { encodeFrame, maxLineBytes, type FromChild, type ToChild } from './frames.ts';
import { LineSplitter } from './line-splitter.ts';
import { readOomKills } from './oom-kills.ts';
import type { Printed } from './start-lines.ts';

export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

export interface ChildEvents {
  readonly frame: (frame: FromChild, bytes: number) => void;
  readonly line: (text: string, stream: Printed) => void;
}

const maxPrintedBytes = 4096;
const keptLines = 20;

/** A handler's process and its pipes. It leads a process group of its own, which dies with it. */
export class HandlerChild {
  /** Resolves when it takes no more jobs: it has exited, or could not be started. */
  readonly left: Promise<unknown>;
  /** Resolves when it is gone and its last frame has been read. */
  readonly gone: Promise<Death>;
  readonly #child: ChildProcess;
  readonly #events: ChildEvents;
  readonly #lastLines: string[] = [];
  #verdict: Death | undefined;

  constructor(command: Command, events: ChildEvents) {
    const oomKills = readOomKills();
    this.#events = events;
    this.#child = spawn(command.file, command.args, {
      env: command.env,
      // Away from the terminal's group: Ctrl-C is the worker's to hear, which lets running jobs end.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe'],
    });
    const frames = this.#read(4, maxLineBytes, (line, bytes) => this.#frame(line, bytes));
    const out = this.#read(1, maxPrintedBytes, (line) => events.line(line, 'stdout'));
    const err = this.#read(2, maxPrintedBytes, (line) => {
      this.#lastLines.splice(0, Math.max(0, this.#lastLines.length - keptLines + 1));
      this.#lastLines.push(line);
      events.line(line, 'stderr');
    });
    // What is written to a process that has died is lost with it.
    this.#child.stdio[3]?.on('error', () => undefined);
    const exit = exitOf(this.#child);
    // It may come in the same turn as the exit.
    const pipesClosed = new Promise((done) => this.#child.once('close', done));
    this.left = exit;
    this.gone = this.#ended(exit, pipesClosed, oomKills).finally(() => {
      for (const splitter of [frames, out, err]) splitter.end();
    });
  }

  send(frame: ToChild): void {
    const pipe = this.#child.stdio[3] as Writable | null | undefined;
    if (pipe?.writable === true) pipe.write(encodeFrame(frame));
  }

  /** What its end is to be called, if it ends from now on. */
  expect(verdict: Death): void {
    this.#verdict ??= verdict;
  }

  /** Ends it and all that it started, at once. */
  kill(): void {
    const { pid } = this.#child;
    if (pid === undefined) return;
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // Gone already.
    }
  }

  /** Asks it to end and takes its pipe away; what has not ended after the grace is killed. */
  async close(graceMs: number): Promise<void> {
    this.send({ type: 'close' });
    (this.#child.stdio[3] as Writable | null | undefined)?.end();
    const timer = setTimeout(() => this.kill(), graceMs);
    await this.gone;
    clearTimeout(timer);
  }

  #frame(line: string, bytes: number): void {
    let frame: FromChild;
    try {
      frame = JSON.parse(line) as FromChild;
    } catch {
      this.expect({ cause: 'unresponsive', detail: `was replaced: it wrote ${bytes} bytes that are no frame` });
      this.kill();
      return;
    }
    this.#events.frame(frame, bytes);
  }

  #read(descriptor: 1 | 2 | 4, limit: number, onLine: (line: string, bytes: number) => void): LineSplitter {
    const splitter = new LineSplitter(limit, onLine);
    const stream = this.#child.stdio[descriptor];
    stream?.on('data', (data: Buffer) => splitter.push(data));
    stream?.on('error', () => undefined);
    return splitter;
  }

  async #ended(exiting: Promise<Exit>, pipesClosed: Promise<unknown>, oomKills: number): Promise<Death> {
    const exit = await exiting;
    this.kill();
    // A process that left the group may hold the pipes open for ever.
    if (exit.error === undefined) await Promise.race([pipesClosed, expired(1000)]);
    for (const stream of this.#child.stdio) stream?.destroy();
    if (this.#verdict !== undefined) return this.#verdict;
    return deathOf({ ...exit, lastLines: this.#lastLines, oomKills: readOomKills() - oomKills });
  }
}

interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly error?: Error;
}

async function exitOf(child: ChildProcess): Promise<Exit> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
    child.once('error', (error) => resolve({ code: null, signal: null, error }));
  });
}

async function expired(ms: number): Promise<void> {
  await new Promise((done) => setTimeout(done, ms).unref());
}
