import { expect, it } from 'vitest';
import { deathOf, type ProcessExit } from './exit-cause.ts';

const exit: ProcessExit = { code: null, signal: null, lastLines: [], oomKills: 0 };

it('takes a kill for out of memory only when the system counted one', () => {
  expect(deathOf({ ...exit, signal: 'SIGKILL', oomKills: 1 })).toMatchObject({ cause: 'out-of-memory' });
  expect(deathOf({ ...exit, code: 137, oomKills: 1 })).toMatchObject({ cause: 'out-of-memory' });
  expect(deathOf({ ...exit, signal: 'SIGKILL' })).toEqual({ cause: 'exit', detail: 'was killed by SIGKILL' });
  expect(deathOf({ ...exit, code: 1, oomKills: 1 })).toMatchObject({ cause: 'exit' });
});

it("knows V8's last words", () => {
  const lastLines = [
    'FATAL ERROR: Reached heap limit - JavaScript heap out of memory',
    '----- Native stack trace -----',
  ];
  expect(deathOf({ ...exit, signal: 'SIGABRT', lastLines })).toMatchObject({ cause: 'out-of-memory' });
});

it('quotes the last line of a process that exits', () => {
  const lastLines = ['Traceback', 'ImportError: libcudart.so.12', ''];
  expect(deathOf({ ...exit, code: 1, lastLines }).detail).toBe(
    'exited with code 1; its last line: ImportError: libcudart.so.12',
  );
});

it('takes a last line about memory for the cause', () => {
  const lastLines = ['Traceback', 'torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB'];
  expect(deathOf({ ...exit, code: 1, lastLines })).toMatchObject({ cause: 'out-of-memory' });
});
