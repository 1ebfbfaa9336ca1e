import { expect, it } from 'vitest';
import { readLogLine } from './log-line.ts';

it("reads RunPod's JSON lines with their job", () => {
  expect(readLogLine('{"requestId": "job-1", "message": "Started.", "level": "WARN"}')).toEqual({
    level: 'warn',
    message: 'Started.',
    jobId: 'job-1',
  });
});

it.each([
  ['DEBUG  | started', 'debug'],
  ['ERROR:root:no model', 'error'],
  ['[WARNING] slow', 'warn'],
  ['Information wants to be free', 'info'],
  ['{"requestId": broken', 'info'],
])('reads the level of %j', (line, level) => {
  expect(readLogLine(line)).toEqual({ level, message: line });
});

it('keeps what a progress bar shows in the end', () => {
  expect(readLogLine(' 10%|#\r 99%|#########\r')).toEqual({ level: 'info', message: ' 99%|#########' });
});
