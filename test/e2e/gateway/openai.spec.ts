import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import OpenAI, { APIError } from 'openai';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Lease } from '#libs/core';
import { createHandler } from '#libs/handlers';
import { call, startGateway, type TestGateway } from './start-gateway.ts';
import { startWorker, stopped, type TestWorker } from './test-worker.ts';

let gateway: TestGateway;
let worker: TestWorker | undefined;
let closers: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  gateway = await startGateway({ http: { apiKeys: [{ label: 'test', key: 'secret' }] } });
});

afterEach(async () => {
  await worker?.stop();
  await gateway.close();
  for (const close of closers) await close();
  closers = [];
});

function client(apiKey = 'secret'): OpenAI {
  return new OpenAI({ apiKey, baseURL: `${gateway.baseUrl}/local/openai/v1`, maxRetries: 0 });
}

const model = 'tiny';
const messages = [{ role: 'user' as const, content: 'say it' }];

describe('an OpenAI client against a model server behind the queue', () => {
  let hungUp = false;

  beforeEach(async () => {
    hungUp = false;
    const server = createServer((request, response) => void answer(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const handler = createHandler(`http://127.0.0.1:${port}`, { workerId: 'w1', endpointId: 'local' }, () => {});
    await handler.start(new AbortController().signal);
    closers.push(
      () => handler.close(0),
      () => new Promise((resolve) => server.close(resolve)),
    );
    worker = startWorker(gateway.queue, async (lease) => {
      const { cancelled: signal } = lease;
      const result = await handler.run(lease.job, { signal, progress: () => {}, chunk: (data) => lease.chunk(data) });
      if (result.outcome === 'succeeded') await lease.succeed(result.output);
      else await lease.fail(result);
    });
  });

  /** As vLLM does it: a list of models, completions whole and streamed, an error for what it does not know. */
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = '';
    for await (const part of request) text += String(part);
    const body = text === '' ? {} : (JSON.parse(text) as { model?: string; stream?: boolean });
    const json = (status: number, value: unknown): void =>
      void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    if (request.url === '/v1/models') return json(200, { object: 'list', data: [{ id: model, object: 'model' }] });
    if (body.model !== model)
      return json(404, { error: { message: 'no such model', type: 'NotFoundError', code: 404 } });
    if (body.stream !== true) {
      return json(200, {
        object: 'chat.completion',
        choices: [{ index: 0, message: { role: 'assistant', content: 'it' } }],
      });
    }
    response.on('close', () => (hungUp = !response.writableFinished));
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (let index = 0; index < 20 && !response.destroyed; index += 1) {
      const choices = [{ index: 0, delta: { content: `${index} ` } }];
      response.write(`data: ${JSON.stringify({ object: 'chat.completion.chunk', choices })}\n\n`);
      await sleep(20);
    }
    response.end('data: [DONE]\n\n');
  }

  it('lists models and completes', async () => {
    const { data } = await client().models.list();
    expect(data.map(({ id }) => id)).toEqual([model]);
    const completion = await client().chat.completions.create({ model, messages });
    expect(completion.choices[0]?.message.content).toBe('it');
  });

  it('streams as the chunks come', async () => {
    const start = performance.now();
    let firstAfter = 0;
    let text = '';
    for await (const part of await client().chat.completions.create({ model, messages, stream: true })) {
      if (text === '') firstAfter = performance.now() - start;
      text += part.choices[0]?.delta.content ?? '';
    }
    expect(text).toBe(Array.from({ length: 20 }, (_, index) => `${index} `).join(''));
    expect(firstAfter).toBeLessThan((performance.now() - start) / 2);
  });

  it.each([false, true])("reads the model server's own errors with their status (stream: %s)", async (stream) => {
    const failure = client().chat.completions.create({ model: 'huge', messages, stream });
    await expect(failure).rejects.toMatchObject({ status: 404, message: expect.stringContaining('no such model') });
  });

  it('that goes away cancels its job', async () => {
    const stream = await client().chat.completions.create({ model, messages, stream: true });
    await stream[Symbol.asyncIterator]().next();
    stream.controller.abort();
    await expect.poll(() => hungUp).toBe(true);
    expect((await gateway.queue.counters()).cancelled).toBe(1);
    expect(gateway.events).toContainEqual(expect.objectContaining({ operation: 'openai', status: 499 }));
  });
});

describe('an OpenAI client against any worker', () => {
  const work = (run: (lease: Lease) => Promise<void>): void => void (worker = startWorker(gateway.queue, run));

  it('sends openai_route and openai_input, absent without a body', async () => {
    const seen: unknown[] = [];
    work(async (lease) => {
      seen.push(lease.job.input);
      await lease.succeed({ object: 'list', data: [] });
    });
    await client().models.list();
    await client().embeddings.create({ model, input: 'x', encoding_format: 'float' });
    expect(seen).toEqual([
      { openai_route: '/v1/models' },
      { openai_route: '/v1/embeddings', openai_input: { model, input: 'x', encoding_format: 'float' } },
    ]);
  });

  it("joins a vLLM worker's text chunks, streamed or not", async () => {
    const events = ['data: {"choices":[{"index":0,"delta":{"content":"a"}}]}\n\n', 'data: [DONE]\n\n'];
    work(async (lease) => {
      const { openai_input: sent } = lease.job.input as { openai_input: { stream?: boolean } };
      if (sent.stream === true) for (const event of events) await lease.chunk(event);
      else await lease.chunk({ choices: [{ index: 0, message: { content: 'whole' } }] });
      await lease.succeed([]);
    });
    let text = '';
    for await (const part of await client().chat.completions.create({ model, messages, stream: true })) {
      text += part.choices[0]?.delta.content ?? '';
    }
    expect(text).toBe('a');
    const whole = await client().chat.completions.create({ model, messages });
    expect(whole.choices[0]?.message.content).toBe('whole');
  });

  it('is told of failures in its own form', async () => {
    work(async (lease) => {
      await lease.fail({ outcome: 'failed', errorType: 'handler-threw', message: 'out of ink', retry: false });
    });
    const status = async (request: Promise<unknown>): Promise<unknown> => {
      const error = await request.catch((error: unknown) => error);
      return error instanceof APIError ? [error.status, error.type, error.message.includes('undefined')] : error;
    };
    expect(await status(client().models.list())).toEqual([502, 'server_error', false]);
    expect(await status(client('wrong').models.list())).toEqual([401, 'authentication_error', false]);
    const { body } = await call(gateway, 'POST', 'openai/v1/completions', '{', { authorization: 'secret' });
    expect(body.error).toMatchObject({ type: 'invalid_request_error', message: expect.stringMatching(/JSON/) });
  });

  it('that goes away before its answer cancels its job', async () => {
    let reason: unknown;
    work(async (lease) => {
      await stopped(lease);
      reason = lease.cancelled.reason;
    });
    const leaving = new AbortController();
    const request = client().models.list({ signal: leaving.signal });
    while ((await gateway.queue.counters()).leased === 0) await sleep(5);
    leaving.abort();
    await expect(request).rejects.toThrow(/abort/i);
    await expect.poll(() => reason).toBe('cancelled');
  });
});
