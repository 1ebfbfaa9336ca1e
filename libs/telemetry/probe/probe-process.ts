import type { ChildProcess } from 'node:child_process';
import { Socket } from 'node:net';
import { LastWords } from './last-words.ts';
import { Lines } from './lines.ts';
import { decodeAnswer, encode, longestMessage, type Answer, type ToProbe } from './messages.ts';

export interface ProcessEvents {
  readonly answer: (answer: Answer) => void;
  /** It said something on its channel that is no answer. */
  readonly garbled: (problem: string) => void;
  /** A line of its stderr. */
  readonly line: (text: string) => void;
}

export interface ProcessExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** It could not be started. */
  readonly error?: Error;
}

const longestLine = 1000;

/** A probe's process, its channel and its stderr, none of which keeps the worker alive. */
export class ProbeProcess {
  /** Absent when it could not be started. */
  readonly pid: number | undefined;
  readonly exited: Promise<ProcessExit>;
  /** Resolves when it has said its last, which may be never: others may hold its stderr. */
  readonly saidAll: Promise<void>;
  readonly #lastWords = new LastWords();
  readonly #sockets: readonly Socket[];
  readonly #channel: Socket | undefined;
  #hasExited = false;

  constructor(start: () => ChildProcess, events: ProcessEvents) {
    const child = started(start);
    this.exited = child instanceof Error ? Promise.resolve({ code: null, signal: null, error: child }) : exitOf(child);
    void this.exited.then(() => (this.#hasExited = true));
    if (child instanceof Error) {
      this.saidAll = Promise.resolve();
      this.#sockets = [];
      return;
    }
    this.pid = child.pid;
    child.unref();
    // Without file descriptors to spare a child comes without pipes, whatever its type says; its error follows.
    const [, , stderr, channel] = (child.stdio as typeof child.stdio | undefined) ?? [];
    this.#sockets = [stderr, channel].filter((stream) => stream instanceof Socket);
    for (const socket of this.#sockets) {
      socket.unref();
      // What breaks with the process is told by its exit.
      socket.on('error', () => undefined);
    }
    this.#channel = channel instanceof Socket ? channel : undefined;
    this.saidAll = this.#listen(stderr instanceof Socket ? stderr : undefined, events);
    this.#read(events);
  }

  get hasExited(): boolean {
    return this.#hasExited;
  }

  /** What it said last on stderr. */
  get lastWords(): string | undefined {
    return this.#lastWords.text;
  }

  send(message: ToProbe): void {
    if (this.#channel?.writable === true) this.#channel.write(encode(message));
  }

  /** Lets go of its pipes, whoever else holds them. A probe that runs still ends itself then. */
  release(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  #read({ answer, garbled }: ProcessEvents): void {
    const lines = new Lines(longestMessage, (line) => {
      const message = line.length > longestMessage ? undefined : decodeAnswer(line);
      if (message === undefined) garbled(`it said what is no answer: ${JSON.stringify(line.slice(0, 80))}`);
      else answer(message);
    });
    this.#channel?.on('data', (data: Buffer) => {
      lines.push(data);
      if (lines.overflows) garbled(`it said more than ${longestMessage} characters at once`);
    });
  }

  async #listen(stderr: Socket | undefined, { line }: ProcessEvents): Promise<void> {
    if (stderr === undefined) return;
    const lines = new Lines(longestLine, (text) => {
      this.#lastWords.hear(text);
      line(text);
    });
    stderr.on('data', (data: Buffer) => lines.push(data));
    await new Promise<void>((resolve) => stderr.once('close', () => resolve()));
    lines.end();
  }
}

function started(start: () => ChildProcess): ChildProcess | Error {
  try {
    return start();
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

async function exitOf(child: ChildProcess): Promise<ProcessExit> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
    // Also told when a signal could not be sent; then it has started all the same.
    child.on('error', (error) => {
      if (child.pid === undefined) resolve({ code: null, signal: null, error });
    });
  });
}
