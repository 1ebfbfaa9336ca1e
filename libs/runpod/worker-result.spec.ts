import { describe, expect, it } from 'vitest';
import { readWorkerChunk, readWorkerResult } from './worker-result.ts';

const sixKeys = JSON.stringify({
  error_type: "<class 'ValueError'>",
  error_message: 'no image',
  error_traceback: 'Traceback …',
  hostname: 'pod',
  worker_id: 'w1',
  runpod_version: '1.12.0',
});

describe('a result', () => {
  it.each([
    ['{"output": {"x": 1}}', { kind: 'succeeded', output: { x: 1 } }],
    ['{"output": null}', { kind: 'succeeded', output: null }],
    ['{"output": []}', { kind: 'succeeded', output: [] }],
    ['{"output": 1, "error": ""}', { kind: 'succeeded', output: 1 }],
    ['{"output": 1, "error": {}}', { kind: 'succeeded', output: 1 }],
    ['{"output": 1, "error": []}', { kind: 'succeeded', output: 1 }],
    ['{"output": {"status": "IN_PROGRESS"}}', { kind: 'succeeded', output: { status: 'IN_PROGRESS' } }],
    ['{"output": 2, "error": "bad"}', { kind: 'failed', error: 'bad', output: 2 }],
    ['{"error": {"a":1}}', { kind: 'failed', error: '{"a":1}' }],
    ['{"error": 7}', { kind: 'failed', error: '7' }],
    ['{"error": "handler: no \\ntraceback: x"}', { kind: 'failed', error: 'handler: no \ntraceback: x' }],
    ['{"status": "IN_PROGRESS", "output": "1/3"}', { kind: 'progress', output: '1/3' }],
    ['{"status": "IN_PROGRESS"}', { kind: 'progress', output: null }],
    ['{"output": 1, "stopPod": true}', { kind: 'succeeded', stopPod: true }],
    ['{"output": {"loss": NaN, "s": "NaN"}}', { kind: 'succeeded', output: { loss: null, s: 'NaN' }, replaced: 1 }],
  ])('%s is read', (text, result) => {
    expect(readWorkerResult(text)).toMatchObject(result);
  });

  it('{} is a success without output', () => {
    expect(readWorkerResult('{}')).toEqual({ kind: 'succeeded', replaced: 0, stopPod: false });
  });

  it('of an exception keeps the text for the client, and tells what was raised', () => {
    expect(readWorkerResult(JSON.stringify({ error: sixKeys }))).toMatchObject({
      kind: 'failed',
      error: sixKeys,
      exception: { type: "<class 'ValueError'>", message: 'no image' },
    });
  });

  it.each(['', 'Internal error', '[1]', '7', '{"output": '])('%j is a failure that keeps the text', (text) => {
    const result = readWorkerResult(text);
    expect(result).toMatchObject({ kind: 'failed', unreadable: true, error: expect.stringContaining(text) });
  });

  it.each([
    ['{"outcome":"overloaded","errorType":"out-of-memory","retry":true,"attempt":2}', { attempt: 2 }],
    ['{"outcome":"overloaded","errorType":"out-of-memory","retry":true,"attempt":"2"}', {}],
  ])('says under flyball how it ended: %s', (flyball, attempt) => {
    expect(readWorkerResult(`{"error": "full", "flyball": ${flyball}}`)).toMatchObject({
      kind: 'failed',
      error: 'full',
      ending: { outcome: 'overloaded', errorType: 'out-of-memory', retry: true, ...attempt },
    });
  });

  it.each([
    '1',
    '[]',
    '{}',
    '{"outcome":"succeeded","errorType":"other","retry":true}',
    '{"outcome":"failed","errorType":"unheard-of","retry":true}',
    '{"outcome":"failed","errorType":"other","retry":"yes"}',
  ])('says nothing more under flyball by %s', (flyball) => {
    const result = readWorkerResult(`{"error": "full", "flyball": ${flyball}}`);
    expect(result).toMatchObject({ kind: 'failed', error: 'full' });
    expect(result).not.toHaveProperty('ending');
  });

  it('is read however deep its error is', () => {
    const result = readWorkerResult(`{"error": ${'['.repeat(100_000)}${']'.repeat(100_000)}}`);
    expect(result).toMatchObject({ kind: 'failed', error: expect.stringContaining('nested too deeply') });
  });

  it('keeps the first 4 KiB of what is no JSON', () => {
    const result = readWorkerResult('x'.repeat(100_000));
    expect(result.kind === 'failed' && result.error.length).toBeLessThan(4_200);
  });
});

describe('a chunk', () => {
  it('is the yield, NaN as null', () => {
    expect(readWorkerChunk('{"output": [NaN, 1]}')).toEqual({ output: [null, 1], replaced: 1 });
    expect(readWorkerChunk('{"output": null}')).toEqual({ output: null, replaced: 0 });
  });

  it.each(['', 'text', '{}', '[1]'])('is not %j', (text) => {
    expect(readWorkerChunk(text)).toBeUndefined();
  });
});
