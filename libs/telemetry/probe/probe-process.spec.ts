import type { ChildProcess } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { ProbeProcess } from './probe-process.ts';

const silent = { answer: () => undefined, garbled: () => undefined, line: () => undefined };

describe('ProbeProcess', () => {
  it('is one that could not be started where file descriptors have run out, as Node then gives it no pipes', async () => {
    // As Node leaves a child at EMFILE: no pid, no stdio, and an error to come.
    const child = Object.assign(new EventEmitter(), { unref: () => undefined }) as unknown as ChildProcess;
    const process = new ProbeProcess(() => child, silent);
    child.emit('error', new Error('spawn node EMFILE'));
    expect(await process.exited).toMatchObject({ error: { message: 'spawn node EMFILE' } });
    process.send({ type: 'read', id: 1, kind: 'host', timeoutMs: 1000 });
    process.release();
  });
});
