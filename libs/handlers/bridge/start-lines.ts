import type { LogLevel } from './frames.ts';
import { readLogLine, type LogLine } from './log-line.ts';

export type Printed = 'stdout' | 'stderr';

interface Held {
  readonly text: string;
  readonly stream: Printed;
  readonly timer: NodeJS.Timeout;
}

/** What is printed so short a time before a start fails is about the failure. */
const heldMs = 1000;
const mostHeld = 200;

/**
 * What a process prints, as log lines. Until it is ready each waits a moment: what a start that fails has last said on
 * stderr without a level of its own is a warning, and would be read as progress otherwise.
 */
export class StartLines {
  readonly #tell: (line: LogLine) => void;
  readonly #held: Held[] = [];
  #isReady = false;

  constructor(tell: (line: LogLine) => void) {
    this.#tell = tell;
  }

  take(text: string, stream: Printed): void {
    if (this.#isReady) return this.#tell(readLogLine(text));
    if (this.#held.length === mostHeld) this.#release(1, 'info');
    const timer = setTimeout(() => this.#release(1, 'info'), heldMs).unref();
    this.#held.push({ text, stream, timer });
  }

  ready(): void {
    this.#isReady = true;
    this.#release(mostHeld, 'info');
  }

  /** It died; where it had been ready, nothing is held. */
  failed(): void {
    this.#release(mostHeld, 'warn');
  }

  /** The first so many; `level`: of what stderr said. */
  #release(count: number, level: LogLevel): void {
    for (const { text, stream, timer } of this.#held.splice(0, count)) {
      clearTimeout(timer);
      this.#tell(readLogLine(text, stream === 'stderr' ? level : 'info'));
    }
  }
}
