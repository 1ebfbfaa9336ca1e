import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';

const examples = new URL('../../examples/', import.meta.url);
const example = (path: string): string => fileURLToPath(new URL(path, examples));

type ExampleHandler = (job: object, context: object) => unknown;

/** Users' files, so they are loaded as users' files are: at run time, untyped. */
async function load<Module>(path: string): Promise<Module> {
  return (await import(new URL(path, examples).href)) as Module;
}

async function run(path: string, input: unknown, signal = new AbortController().signal): Promise<unknown> {
  const { default: handler } = await load<{ readonly default: ExampleHandler }>(path);
  return handler({ id: 'job', input }, { signal });
}

describe('examples/ocr', async () => {
  const { truth } = await load<{ readonly truth: Readonly<Record<string, string>> }>('ocr/pictures.mjs');

  it.each(Object.entries(truth))('reads exactly what the picture %s says', async (image, text) => {
    expect(await run('ocr/handler.mjs', { image })).toMatchObject({ text });
  });

  it('reads a picture that it has never seen, in base64 and as a data URL', async () => {
    const text = 'The governor keeps\nthe engine steady.';
    const drawn = execFileSync(process.execPath, [example('ocr/draw.mjs'), text]).toString('base64');
    expect(await run('ocr/handler.mjs', { image: drawn })).toMatchObject({ text });
    expect(await run('ocr/handler.mjs', { image: `data:image/png;base64,${drawn}` })).toMatchObject({ text });
  });

  it('says what is wrong with an image that it cannot read', async () => {
    const { pictures } = await load<{ readonly pictures: ReadonlyMap<string, Buffer> }>('ocr/pictures.mjs');
    const torn = pictures.get('label')?.subarray(0, 900).toString('base64');
    const bomb = Buffer.from(pictures.get('label') ?? []);
    bomb.writeUInt32BE(100_000, 16);
    const error = (text: string): unknown => ({ error: expect.stringContaining(text) as unknown });
    expect(await run('ocr/handler.mjs', null)).toEqual(error('The input must be'));
    expect(await run('ocr/handler.mjs', { image: 'nothing' })).toEqual(
      error('neither a PNG in base64 nor one of invoice'),
    );
    expect(await run('ocr/handler.mjs', { image: torn })).toEqual(error('damaged'));
    expect(await run('ocr/handler.mjs', { image: bomb.toString('base64') })).toEqual(error('25 million'));
    expect(await run('ocr/handler.mjs', { image: 'ticket' })).toMatchObject({ text: truth['ticket'] });
  });

  it('stops reading when the job is cancelled, and reads on afterwards', async () => {
    const cancel = new AbortController();
    const reading = run('ocr/handler.mjs', { image: 'recipe' }, cancel.signal);
    setImmediate(() => cancel.abort(new Error('cancelled')));
    await expect(reading).rejects.toThrow('cancelled');
    expect(await run('ocr/handler.mjs', { image: 'recipe' })).toMatchObject({ text: truth['recipe'] });
  });
});

describe('examples/echo', () => {
  it('gives any input back', async () => {
    for (const input of [{ a: 1, delay: 2 }, 'text', 0, null, [1]]) {
      expect(await run('echo/handler.mjs', input)).toEqual(input);
    }
  });

  it('streams as many chunks as it is asked for', async () => {
    const stream = (await run('echo/handler.mjs', { stream: 3 })) as AsyncIterable<unknown>;
    const chunks: unknown[] = [];
    for await (const chunk of stream) chunks.push(chunk);
    expect(chunks).toEqual([{ index: 0 }, { index: 1 }, { index: 2 }]);
  });

  it('stops waiting when the job is cancelled', async () => {
    await expect(run('echo/handler.mjs', { delay: 60_000 }, AbortSignal.abort())).rejects.toThrow('aborted');
  });
});

describe('examples/python', () => {
  const python = spawnSync('python3', ['--version']).status === 0;

  it.skipIf(!python)(`parses${python ? '' : ' (skipped: there is no python3)'}`, () => {
    const parse = 'import ast, sys; ast.parse(open(sys.argv[1]).read())';
    const { status, stderr } = spawnSync('python3', ['-c', parse, example('python/handler.py')], { encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });
});

describe('examples/http-upstream', async () => {
  const { createUpstream } = await load<{ readonly createUpstream: (settings?: object) => Server }>(
    'http-upstream/server.mjs',
  );
  const servers: Server[] = [];
  afterEach(() => servers.splice(0).forEach((server) => (server.closeAllConnections(), server.close())));

  async function start(settings: object): Promise<(path: string, body?: unknown) => Promise<Response>> {
    const server = createUpstream(settings).listen(0, '127.0.0.1');
    servers.push(server);
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return (path, body) => fetch(url + path, body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) });
  }

  it.each([
    { load: 1, mostRunning: 1, mostWaiting: 0 },
    { load: 8, mostRunning: 8, mostWaiting: 0 },
    { load: 16, mostRunning: 8, mostWaiting: 8 },
  ])('has its knee at eight lanes: of $load requests at once $mostRunning run', async ({ load, ...most }) => {
    const call = await start({});
    const answers = await Promise.all(
      Array.from({ length: load }, async (_, index) =>
        (await call('/digest', { text: `job ${index}`, kib: 256 })).json(),
      ),
    );
    for (const [index, answer] of answers.entries()) {
      const bytes = 256 * 1024;
      const sha256 = createHash('sha256')
        .update(Buffer.alloc(bytes, `job ${index}`))
        .digest('hex');
      expect(answer).toEqual({ sha256, bytes });
    }
    expect(await (await call('/lanes')).json()).toMatchObject({ ...most, served: load, running: 0, waiting: 0 });
  });

  it('answers 429 when its queue is full, and serves the others', async () => {
    const call = await start({ lanes: 1, queueLimit: 2 });
    const answers = await Promise.all(Array.from({ length: 5 }, () => call('/digest', { text: 'x', kib: 64 })));
    expect(answers.map(({ status }) => status).filter((status) => status === 200)).toHaveLength(3);
    expect(answers.map(({ status }) => status).filter((status) => status === 429)).toHaveLength(2);
    expect(answers.find(({ status }) => status === 429)?.headers.get('retry-after')).toBe('1');
  });

  it('answers 400 to what is no request of its own', async () => {
    const call = await start({});
    for (const body of [{}, 5, { text: '' }, { text: 'x', kib: 0.5 }]) {
      expect((await call('/digest', body)).status).toBe(400);
    }
    expect((await call('/nowhere')).status).toBe(404);
  });

  it('completes chats as OpenAI does, streamed and whole', async () => {
    const call = await start({ msPerToken: 1 });
    const chat = { model: 'parrot-1', messages: [{ role: 'user', content: 'good morning' }] };
    expect(await (await call('/v1/chat/completions', chat)).json()).toMatchObject({
      choices: [{ message: { role: 'assistant', content: 'You said: good morning' }, finish_reason: 'stop' }],
    });
    const events = (await (await call('/v1/chat/completions', { ...chat, stream: true })).text()).split('\n\n');
    const texts = events.flatMap((event) => /"content":"([^"]*)"/.exec(event)?.[1] ?? []);
    expect(texts.join('')).toBe('You said: good morning');
    expect(events.at(-2)).toBe('data: [DONE]');
    expect(await (await call('/v1/models')).json()).toMatchObject({ data: [{ id: 'parrot-1' }] });
  });
});
