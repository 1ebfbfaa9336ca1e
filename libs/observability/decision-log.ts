import { setTimeout } from 'node:timers/promises';
import { recordLine, type DecisionRecord } from '#libs/core';
import type { Emit } from './events.ts';
import { RotatedFile } from './rotated-file.ts';

export interface DecisionLogOptions {
  readonly path: string;
  /** Size at which the file becomes `path.1`. */
  readonly maxBytes?: number;
  /** Rotated files kept beside the current one. */
  readonly files?: number;
  /** Characters waiting for the disk; what comes beyond is dropped. */
  readonly maxWaiting?: number;
  /** How long closing waits for a disk that does not answer, ms. */
  readonly closeGraceMs?: number;
  readonly emit?: Emit;
}

export interface DecisionLog {
  /** Returns at once, whatever the disk does. */
  write(record: DecisionRecord): void;
  /** Resolves when all that was written is with the operating system, or the disk has had its time. */
  close(): Promise<void>;
  readonly stats: Readonly<DecisionLogStats>;
}

export interface DecisionLogStats {
  written: number;
  /** Too much was waiting for the disk. */
  dropped: number;
  /** The disk refused it. */
  failed: number;
}

/** Decision records as JSON lines in a rotated file: on a slow or full disk they are dropped and counted, never awaited. */
export function createDecisionLog(options: DecisionLogOptions): DecisionLog {
  const { path, maxBytes = 64 * 2 ** 20, files = 8, maxWaiting = 4 * 2 ** 20, closeGraceMs = 2000, emit } = options;
  const file = new RotatedFile({ path, maxBytes, files });
  const stats: DecisionLogStats = { written: 0, dropped: 0, failed: 0 };
  let waiting: string[] = [];
  let waitingLength = 0;
  let writing: Promise<void> | undefined;

  const write = (record: DecisionRecord): void => {
    const line = `${recordLine(record)}\n`;
    if (waitingLength + line.length > maxWaiting) {
      stats.dropped += 1;
      emit?.({ type: 'record-written', sink: 'file', result: 'dropped', detail: `${path}: the disk is too slow` });
      return;
    }
    waiting.push(line);
    waitingLength += line.length;
    writing ??= drain();
  };

  const drain = async (): Promise<void> => {
    while (waiting.length > 0) {
      const lines = waiting;
      waiting = [];
      await append(lines);
      waitingLength -= lines.reduce((sum, line) => sum + line.length, 0);
    }
    writing = undefined;
  };

  const append = async (lines: readonly string[]): Promise<void> => {
    const count = lines.length;
    try {
      await file.append(lines.join(''));
      stats.written += count;
      emit?.({ type: 'record-written', sink: 'file', result: 'written', count });
    } catch (error) {
      stats.failed += count;
      emit?.({ type: 'record-written', sink: 'file', result: 'error', count, detail: String(error) });
    }
  };

  const flush = async (): Promise<void> => {
    await writing;
    await file.close().catch((error: unknown) => {
      emit?.({ type: 'record-written', sink: 'file', result: 'error', count: 0, detail: String(error) });
    });
  };

  const close = (): Promise<void> => Promise.race([flush(), setTimeout(closeGraceMs, undefined, { ref: false })]);

  return { write, close, stats };
}
