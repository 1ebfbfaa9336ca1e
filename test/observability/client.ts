import { Pool } from 'undici';

/** A client of one endpoint: plain HTTP requests, whose answers are read and mostly not looked at. */
export class Client {
  readonly #pool: Pool;
  readonly #endpoint: string;

  constructor(url: string, endpoint: string) {
    // Some answers are held until their job is done.
    this.#pool = new Pool(url, { connections: 128 });
    this.#endpoint = `/v2/${endpoint}`;
  }

  /** Answers with the job's id. */
  async run(input: unknown, more: Readonly<Record<string, unknown>> = {}): Promise<string> {
    const { id } = (await this.ask('POST', `${this.#endpoint}/run`, { input, ...more })) as { readonly id?: string };
    return id ?? '';
  }

  /** Below `/v2/ENDPOINT/`. */
  async call(method: 'GET' | 'POST', operation: string, body?: unknown): Promise<unknown> {
    return this.ask(method, `${this.#endpoint}/${operation}`, body);
  }

  async ask(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<unknown> {
    const json =
      body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
    const answer = await this.#pool.request({ method, path, ...json });
    const text = await answer.body.text();
    return text === '' ? undefined : JSON.parse(text);
  }

  async close(): Promise<void> {
    await this.#pool.destroy();
  }
}
