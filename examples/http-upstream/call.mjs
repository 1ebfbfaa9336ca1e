import { Full } from './lanes.mjs';

const maxBody = 1024 * 1024;

/** One request and its answer, in JSON. */
export class Call {
  #request;
  response;
  #gone = new AbortController();
  /** Aborts when the client goes away. */
  signal = this.#gone.signal;

  constructor(request, response) {
    this.#request = request;
    this.response = response;
    response.once('close', () => this.#gone.abort());
  }

  async body() {
    const parts = [];
    let size = 0;
    for await (const part of this.#request) {
      size += part.length;
      if (size > maxBody) throw new SyntaxError('The body is larger than 1 MiB.');
      parts.push(part);
    }
    const body = JSON.parse(Buffer.concat(parts).toString());
    if (typeof body !== 'object' || body === null) throw new SyntaxError('The body must be a JSON object.');
    return body;
  }

  answer(status, body, headers = {}) {
    this.response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  }

  refuse(error) {
    if (this.signal.aborted || this.response.headersSent) this.response.destroy();
    else if (error instanceof Full) this.answer(429, { error: error.message }, { 'retry-after': '1' });
    else if (error instanceof SyntaxError) this.answer(400, { error: error.message });
    else this.answer(500, { error: String(error) });
  }
}
