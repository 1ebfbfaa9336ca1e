import { answer } from './work.mjs';

const model = 'parrot-1';

export const models = { object: 'list', data: [{ id: model, object: 'model', created: 0, owned_by: 'flyball' }] };

/** OpenAI's chat completions, whole or as server-sent events; a lane is held while the answer is made. */
export async function chatCompletions(call, lanes, { msPerToken }) {
  const { messages, stream = false, max_tokens: maxTokens = 256 } = await call.body();
  const text = Array.isArray(messages) ? messages.findLast(({ role } = {}) => role === 'user')?.content : undefined;
  if (typeof text !== 'string') {
    return call.answer(400, {
      error: { message: 'messages must hold a user message.', type: 'invalid_request_error' },
    });
  }
  const words = () => answer({ text, maxTokens, msPerToken, signal: call.signal });
  const base = { id: `chatcmpl-${crypto.randomUUID()}`, created: Math.floor(Date.now() / 1000), model };
  return stream
    ? lanes.use(() => sendEvents(call.response, base, words()), call.signal)
    : lanes.use(async () => call.answer(200, completion(base, await Array.fromAsync(words()))), call.signal);
}

function completion(base, words) {
  const message = { role: 'assistant', content: words.join('') };
  const usage = { prompt_tokens: 0, completion_tokens: words.length, total_tokens: words.length };
  return { ...base, object: 'chat.completion', choices: [{ index: 0, message, finish_reason: 'stop' }], usage };
}

async function sendEvents(response, base, words) {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  const send = (delta, reason = null) => {
    const choices = [{ index: 0, delta, finish_reason: reason }];
    response.write(`data: ${JSON.stringify({ ...base, object: 'chat.completion.chunk', choices })}\n\n`);
  };
  send({ role: 'assistant', content: '' });
  for await (const content of words) send({ content });
  send({}, 'stop');
  response.end('data: [DONE]\n\n');
}
