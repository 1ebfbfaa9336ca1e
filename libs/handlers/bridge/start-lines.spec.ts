import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { LogLine } from './log-line.ts';
import { StartLines } from './start-lines.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function setUp() {
  const told: LogLine[] = [];
  const lines = new StartLines((line) => told.push(line));
  return { lines, told: () => told.map(({ level, message }) => `${level} ${message}`) };
}

it('makes warnings of what a failing start said last on stderr, and leaves levels of their own alone', () => {
  const { lines, told } = setUp();
  lines.take('loading', 'stdout');
  lines.take('Traceback (most recent call last):', 'stderr');
  lines.take('INFO   | last try', 'stderr');
  lines.take('ERROR  | no weights', 'stderr');
  lines.failed();
  expect(told()).toEqual([
    'info loading',
    'warn Traceback (most recent call last):',
    'info INFO   | last try',
    'error ERROR  | no weights',
  ]);
});

it('tells progress of a long start as it comes, a second later, in order', () => {
  const { lines, told } = setUp();
  lines.take('10 %', 'stderr');
  vi.advanceTimersByTime(600);
  lines.take('20 %', 'stderr');
  vi.advanceTimersByTime(500);
  expect(told()).toEqual(['info 10 %']);
  lines.failed();
  expect(told()).toEqual(['info 10 %', 'warn 20 %']);
});

it('tells all it holds at once when the process is ready, and holds nothing after that', () => {
  const { lines, told } = setUp();
  lines.take('loaded', 'stderr');
  lines.ready();
  lines.take('a job', 'stderr');
  lines.failed();
  expect(told()).toEqual(['info loaded', 'info a job']);
});

it('holds no more than so many', () => {
  const { lines, told } = setUp();
  for (let line = 0; line < 300; line += 1) lines.take(String(line), 'stdout');
  expect(told()).toHaveLength(100);
});
