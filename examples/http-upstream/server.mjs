// A model server to put behind Flyball: `node examples/http-upstream/server.mjs`
import { realpathSync } from 'node:fs';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { Call } from './call.mjs';
import { chatCompletions, models } from './chat.mjs';
import { Lanes } from './lanes.mjs';
import { digest } from './work.mjs';

const defaults = { lanes: 8, queueLimit: 64, kibPerSecond: 5120, msPerToken: 10 };

/**
 * `POST /digest {"text": "...", "kib": 512}` holds one of the lanes for 100 ms and answers with a SHA-256;
 * `/v1/chat/completions` and `/v1/models` answer as OpenAI's; `GET /lanes` tells what the lanes did.
 * 429 when the queue before the lanes is full.
 *
 * @param {Partial<typeof defaults>} settings
 */
export function createUpstream(settings = {}) {
  const { lanes: count, queueLimit, ...speed } = { ...defaults, ...settings };
  const lanes = new Lanes({ count, queueLimit });
  const routes = {
    'POST /digest': async (call) => {
      const { text, kib = 512 } = await call.body();
      if (typeof text !== 'string' || text === '' || !Number.isInteger(kib) || kib < 1 || kib > 65_536) {
        return call.answer(400, { error: 'Send { "text": "not empty", "kib": 1 to 65536 }.' });
      }
      const work = () => digest({ text, kib, kibPerSecond: speed.kibPerSecond, signal: call.signal });
      return call.answer(200, await lanes.use(work, call.signal));
    },
    'POST /v1/chat/completions': (call) => chatCompletions(call, lanes, speed),
    'GET /v1/models': (call) => call.answer(200, models),
    'GET /lanes': (call) => call.answer(200, lanes.account),
    'GET /health': (call) => call.answer(200, { status: 'ok' }),
  };
  return createServer((request, response) => {
    const call = new Call(request, response);
    const route = routes[`${request.method} ${request.url}`];
    const done = route === undefined ? call.answer(404, { error: 'No such route.' }) : route(call);
    Promise.resolve(done).catch((error) => call.refuse(error));
  });
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const server = createUpstream({ lanes: Number(process.env.LANES ?? defaults.lanes) });
  server.listen(Number(process.env.PORT ?? 8000), '127.0.0.1', () => {
    console.log(`upstream on http://127.0.0.1:${server.address().port}/digest`);
  });
}
