import { Client, Pool, type Dispatcher } from 'undici';

export interface Call {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly body?: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** Longest wait for the answer's head, and between two pieces of its body. ms */
  readonly timeoutMs: number;
  /** Longest answer that is read; 0: it is not looked at. */
  readonly maxBytes?: number;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** Requests under way at once on a connection that keeps their order. */
const pipelined = 32;

/** The connections to the platform, and what every request carries (H2): the raw key and our own name. */
export class Wire {
  readonly #headers: Readonly<Record<string, string>>;
  readonly #pools = new Map<string, Pool>();

  constructor({ key, userAgent }: { readonly key: string | undefined; readonly userAgent: string }) {
    this.#headers = { 'user-agent': userAgent, ...(key !== undefined && { authorization: key }) };
  }

  /** @throws what undici throws: nobody answered, or too late, or too much */
  async call(call: Call): Promise<Answer> {
    return this.send(this.#pool(new URL(call.url).origin), call);
  }

  /** A connection on which requests arrive in the order in which they are sent; for {@link Wire.send}. */
  lane(origin: string): Client {
    return new Client(origin, { pipelining: pipelined, allowH2: false });
  }

  /** On a lane requests do not wait for the answers of those before them. */
  async send(dispatcher: Pool | Client, call: Call): Promise<Answer> {
    const { method, url, body, headers, signal, timeoutMs, maxBytes = 0 } = call;
    const { pathname, search } = new URL(url);
    const response = await dispatcher.request({
      method,
      path: `${pathname}${search}`,
      headers: { ...this.#headers, ...headers },
      ...(body !== undefined && { body }),
      ...(dispatcher instanceof Client && { idempotent: true, blocking: false }),
      signal,
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
    });
    const text = await readText(response, maxBytes);
    return { status: response.statusCode, headers: response.headers, text };
  }

  async close(): Promise<void> {
    await Promise.all([...this.#pools.values()].map((pool) => pool.destroy()));
  }

  #pool(origin: string): Pool {
    const known = this.#pools.get(origin);
    if (known !== undefined) return known;
    const pool = new Pool(origin, { allowH2: false });
    this.#pools.set(origin, pool);
    return pool;
  }
}

async function readText({ body }: Dispatcher.ResponseData, maxBytes: number): Promise<string> {
  if (maxBytes === 0) {
    await body.dump();
    return '';
  }
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of body) {
    bytes += (part as Buffer).length;
    if (bytes > maxBytes) throw new Error(`the answer has more than ${maxBytes} bytes`);
    parts.push(part as Buffer);
  }
  return Buffer.concat(parts).toString('utf8');
}
