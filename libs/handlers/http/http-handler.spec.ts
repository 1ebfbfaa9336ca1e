import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, it, onTestFinished } from 'vitest';
import { HandlerTrial } from '../handler-trial.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

/** A real server and a handler before it. */
async function upstream(answer: Answer, path = '/generate'): Promise<HandlerTrial> {
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const trial = new HandlerTrial(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`);
  await trial.start();
  return trial;
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

it('posts the input as JSON; the answer is the output', async () => {
  const trial = await upstream(async (request, response) => {
    const { method, url, headers } = request;
    const input: unknown = JSON.parse(await text(request));
    json(response, 200, { method, url, input, traceparent: headers['traceparent'] });
  });
  expect(await trial.result({ prompt: 'x' }, { traceparent: '00-1-2-01' })).toEqual({
    outcome: 'succeeded',
    output: { method: 'POST', url: '/generate', input: { prompt: 'x' }, traceparent: '00-1-2-01' },
  });
});

it("sends the job's trace context on as headers, and none without one", async () => {
  const trial = await upstream(({ headers }, response) => {
    json(
      response,
      200,
      Object.entries(headers).filter(([name]) => name.startsWith('trace')),
    );
  });
  const traced = { traceparent: '00-1-2-01', tracestate: 'vendor=abc,other=1' };
  expect(await trial.result({}, traced)).toEqual({ outcome: 'succeeded', output: Object.entries(traced) });
  expect(await trial.result({})).toEqual({ outcome: 'succeeded', output: [] });
});

it('takes text as it is, and an empty answer for no output', async () => {
  const trial = await upstream((request, response) => {
    if (request.url === '/v1/empty') response.writeHead(204).end();
    else response.writeHead(200, { 'content-type': 'text/plain' }).end('hello');
  });
  expect(await trial.result({})).toEqual({ outcome: 'succeeded', output: 'hello' });
  expect(await trial.result({ openai_route: '/v1/empty' })).toEqual({ outcome: 'succeeded', output: undefined });
});

it('streams each server-sent event as a chunk while the answer is still open', async () => {
  const last = Promise.withResolvers<void>();
  const trial = await upstream(async (_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('data: {"n":1}\n\n');
    await last.promise;
    response.end('data: {"n":2}\n\ndata: [DONE]\n\n');
  });
  const seen: unknown[] = [];
  const policy = { executionTimeout: 60_000, ttl: 60_000, lowPriority: false };
  const result = await trial.handler.run(
    { id: 'job-1', input: {}, extra: {}, policy, enqueuedAt: 0, attempt: 1 },
    {
      signal: new AbortController().signal,
      progress: () => undefined,
      chunk: async (data) => {
        seen.push(data);
        last.resolve();
      },
    },
  );
  expect(seen).toEqual([{ n: 1 }, { n: 2 }]);
  expect(result).toEqual({ outcome: 'succeeded', output: [{ n: 1 }, { n: 2 }] });
});

it("passes an OpenAI stream on as the upstream's own text", async () => {
  const events = 'data: {"choices":[]}\n\ndata: [DONE]\n\n';
  const trial = await upstream(async (request, response) => {
    expect(await text(request)).toBe('{"stream":true}');
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' }).end(events);
  });
  const attempt = trial.attempt({ openai_route: '/v1/chat/completions', openai_input: { stream: true } });
  expect(await attempt.result).toEqual({ outcome: 'succeeded', output: [] });
  expect(attempt.chunks.join('')).toBe(events);
});

it("shows an OpenAI client the upstream's own error", async () => {
  const error = { error: { message: 'no such model', type: 'invalid_request_error' } };
  const trial = await upstream((_, response) => json(response, 404, error));
  const result = await trial.result({ openai_route: '/v1/completions', openai_input: {} });
  expect(result).toMatchObject({ outcome: 'failed', errorType: 'bad-input', retry: false, output: error });
});

it('tells throttling from failure', async () => {
  const trial = await upstream(async (request, response) =>
    json(response, Number(await text(request)), { detail: 'x' }),
  );
  expect(await trial.result(429)).toMatchObject({ outcome: 'overloaded', errorType: 'throttled', retry: true });
  expect(await trial.result(500)).toMatchObject({ outcome: 'failed', errorType: 'upstream', retry: true });
  expect(await trial.result(422)).toMatchObject({ outcome: 'failed', errorType: 'bad-input', retry: false });
});

it('a cancel closes the request', async () => {
  const asked = Promise.withResolvers<void>();
  const closed = Promise.withResolvers<void>();
  const trial = await upstream((_, response) => {
    response.on('close', closed.resolve);
    asked.resolve();
  });
  const attempt = trial.attempt({});
  await asked.promise;
  attempt.stop('cancelled');
  expect(await attempt.result).toMatchObject({ outcome: 'cancelled' });
  await closed.promise;
});

it('a timeout in the middle of a stream ends it timed out', async () => {
  const trial = await upstream((_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n');
  });
  const attempt = trial.attempt({});
  await expect.poll(() => attempt.chunks).toEqual([1]);
  attempt.stop('timeout');
  expect(await attempt.result).toMatchObject({ outcome: 'timed-out', errorType: 'timeout' });
});

it('an upstream that is down costs no job an attempt: nothing is taken until it is there', async () => {
  const server = createServer((_, response) => json(response, 200, 'here'));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  const trial = new HandlerTrial(`http://127.0.0.1:${port}/`);
  await trial.start();
  expect(trial.handler.ready).toBe(false);
  expect(await trial.result({})).toMatchObject({ errorType: 'upstream', retry: true, unstarted: true });
  await new Promise<void>((done) => server.listen(port, '127.0.0.1', done));
  onTestFinished(() => void server.close());
  await expect.poll(() => trial.handler.ready, { timeout: 5000 }).toBe(true);
  expect(await trial.result({})).toEqual({ outcome: 'succeeded', output: 'here' });
});

it('an upstream that hangs up may be asked again, and the attempt counts', async () => {
  const trial = await upstream((request) => void request.socket.destroy());
  const result = await trial.result({});
  expect(result).toMatchObject({ errorType: 'upstream', retry: true });
  expect(result).not.toHaveProperty('unstarted', true);
});

it('bounds the answer and refuses what is neither JSON nor text', async () => {
  const trial = await upstream(async (request, response) => {
    if ((await text(request)) === '1') response.writeHead(200).end(Buffer.alloc(21 * 1024 * 1024, 'x'));
    else response.writeHead(200, { 'content-type': 'image/png' }).end('PNG');
  });
  expect(await trial.result(1)).toMatchObject({
    errorType: 'bad-output',
    message: expect.stringContaining('more than'),
  });
  expect(await trial.result(2)).toMatchObject({
    errorType: 'bad-output',
    message: expect.stringContaining('image/png'),
  });
});

it('runs many requests at once', async () => {
  const open: ServerResponse[] = [];
  const trial = await upstream((_, response) => {
    open.push(response);
    if (open.length === 32) for (const waiting of open) json(waiting, 200, 'ok');
  });
  const results = await Promise.all(Array.from({ length: 32 }, (_, n) => trial.result(n)));
  expect(results.every(({ outcome }) => outcome === 'succeeded')).toBe(true);
});

it('has no concurrency modifier, and says so', async () => {
  const trial = new HandlerTrial('http://127.0.0.1:1/');
  expect(await trial.start()).toEqual({ hasModifier: false, sync: false });
  await expect(trial.handler.modify(1)).rejects.toThrow(/NO_MODIFIER/);
  expect(() => new HandlerTrial('http://')).toThrow(/HANDLER_UNKNOWN/);
});
