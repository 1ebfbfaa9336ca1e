import { styleText } from 'node:util';
import type { DecisionRecord } from '#libs/core';
import { deadlineOf, gpuReading } from './facts.ts';
import { reasonInWords } from './reason-words.ts';

export interface Canvas {
  readonly columns: number;
  readonly colour: boolean;
}

type Style = Parameters<typeof styleText>[0];

/** Columns of everything but the bar and the words, and what the words may take. */
const numbersWidth = 46;
const wordsWidth = 30;

/** A moving picture of one line a second: time runs down the page, the bar is the limit and how much of it is used. */
export function pictureHead(canvas: Canvas): string {
  const bar = 'limit'.padEnd(barWidth(canvas));
  return paint(canvas, 'dim', ` time  ${bar}   used  wait    /s   p95   gpu    GB  why`);
}

export function pictureLine(record: DecisionRecord, at: number, canvas: Canvas): string {
  const { observation, limit, bounds } = record;
  const { jobs, service, queue, inFlight } = observation;
  const p95 = service?.p95;
  const gpu = gpuReading(record, 'gpu.utilization');
  const used = gpuReading(record, 'gpu.memory.used');
  const total = gpuReading(record, 'gpu.memory.total') ?? Infinity;
  const isLate = p95 !== undefined && p95 > (deadlineOf(record) ?? Infinity);
  const isFull = used !== undefined && used > 0.95 * total;
  const cells = [
    `${at.toFixed(0)} s`.padStart(5),
    bar(inFlight.mean, limit.gate, bounds.max, canvas),
    `${inFlight.mean.toFixed(0)}/${limit.gate}`.padStart(5),
    text(queue?.waiting, 0).padStart(4),
    text(jobs.succeeded / (record.period / 1000), 0).padStart(4),
    alarm(canvas, text(p95 && p95 / 1000, 2).padStart(4), isLate),
    (gpu === undefined ? '-' : `${(100 * gpu).toFixed(0)}%`).padStart(4),
    alarm(canvas, text(used && used / 2 ** 30, 0).padStart(4), isFull),
    why(record, canvas),
  ];
  return cells.join('  ');
}

function why(record: DecisionRecord, canvas: Canvas): string {
  const words = reasonInWords(record).slice(0, Math.max(10, canvas.columns - numbersWidth - barWidth(canvas)));
  if (record.action === 'increase') return paint(canvas, 'green', words);
  if (record.action === 'decrease') return paint(canvas, record.reason === 'oom-cut' ? 'red' : 'yellow', words);
  return paint(canvas, 'dim', words);
}

function bar(used: number, limit: number, max: number, canvas: Canvas): string {
  const width = barWidth(canvas);
  const cellsOf = (jobs: number): number => Math.min(width, Math.round((jobs / max) * width));
  const full = Math.min(cellsOf(used), Math.max(1, cellsOf(limit)));
  const open = Math.max(1, cellsOf(limit)) - full;
  return (
    paint(canvas, 'cyan', '█'.repeat(full)) + paint(canvas, 'dim', '░'.repeat(open)) + ' '.repeat(width - full - open)
  );
}

function barWidth({ columns }: Canvas): number {
  return Math.min(48, Math.max(10, columns - numbersWidth - wordsWidth));
}

function text(value: number | undefined, digits: number): string {
  return value === undefined ? '-' : value.toFixed(digits);
}

function alarm(canvas: Canvas, words: string, raised: boolean): string {
  return raised ? paint(canvas, 'red', words) : words;
}

function paint(canvas: Canvas, style: Style, words: string): string {
  return canvas.colour ? styleText(style, words, { validateStream: false }) : words;
}
