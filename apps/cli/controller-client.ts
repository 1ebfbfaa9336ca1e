import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';
import { FlyballError } from '#libs/core';
import type { Explanation } from '#libs/observability';
import type { ControllerState } from '../worker/controller-state.ts';

/** Options that every command for a running worker takes. */
export const workerOptions = { url: { type: 'string' }, key: { type: 'string' } } as const;

export interface WorkerAddress {
  readonly url?: string | undefined;
  readonly key?: string | undefined;
}

/** Sends one request to the `/controller` of a running worker. */
export class ControllerClient {
  readonly #base: string;
  readonly #key: string | undefined;

  /** By default the worker that these settings would start on this machine. */
  constructor({ url, key }: WorkerAddress, environment: NodeJS.ProcessEnv) {
    const address = url ?? `http://127.0.0.1:${environment['PORT'] || '8080'}`;
    if (!/^https?:\/\//.test(address) || !URL.canParse(address)) {
      throw new BadArgument(`--url "${address}" is no address. Write it like http://127.0.0.1:8080.`);
    }
    this.#base = address.replace(/\/+$/, '');
    this.#key = key ?? (environment['FLYBALL_KEY'] || undefined);
  }

  /** Without a key the body may say who asks. */
  get hasKey(): boolean {
    return this.#key !== undefined;
  }

  state(): Promise<ControllerState> {
    return this.#send('GET', '', { isAnswer: isState });
  }

  /** Of the decision in force at `at`, ms since 1970; without it now. */
  explain(at: number | undefined): Promise<Explanation> {
    const query = at === undefined ? '' : `?at=${new Date(at).toISOString()}`;
    return this.#send('GET', `/explain${query}`, { isAnswer: isExplanation });
  }

  put(route: 'override' | 'freeze', body: Readonly<Record<string, unknown>>): Promise<ControllerState> {
    return this.#send('PUT', `/${route}`, { isAnswer: isState, body });
  }

  end(route: 'override' | 'freeze'): Promise<ControllerState> {
    return this.#send('DELETE', `/${route}`, { isAnswer: isState });
  }

  /** @throws {FlyballError} NO_WORKER, WRONG_KEY, REFUSED: with the worker's own words */
  async #send<Answer>(
    method: string,
    route: string,
    { isAnswer, body }: { isAnswer: (answer: unknown) => answer is Answer; body?: Readonly<Record<string, unknown>> },
  ): Promise<Answer> {
    const headers: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
    if (this.#key !== undefined) headers['authorization'] = `Bearer ${this.#key}`;
    const init = { method, headers, signal: AbortSignal.timeout(10_000) };
    const address = `${this.#base}/controller${route}`;
    const response = await fetch(address, { ...init, ...(body && { body: JSON.stringify(body) }) }).catch(
      (cause: unknown) => {
        const why = cause instanceof Error && cause.cause instanceof Error ? cause.cause.message : String(cause);
        const next = 'Start one with flyball start, or name its address with --url.';
        throw new FlyballError('NO_WORKER', `No worker answers at ${this.#base} (${why}). ${next}`, { cause });
      },
    );
    const answer: unknown = await response.json().catch(() => undefined);
    if (response.ok && isAnswer(answer)) return answer;
    throw refusal(response.status, answer, this.#base);
  }
}

/** What the user can correct in the command line; the exit status is 2. */
export class BadArgument extends FlyballError {
  constructor(message: string, code = 'BAD_ARGUMENT') {
    super(code, message);
    this.name = 'BadArgument';
  }
}

/** @throws {BadArgument} with the form of the command where an option is unknown or has no value */
export function optionsOf<Options extends ParseArgsOptionsConfig>(
  args: readonly string[],
  { options, form }: { readonly options: Options; readonly form: string },
) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (cause) {
    const why = cause instanceof Error ? (cause.message.split(/\.\s|\n/)[0] ?? '') : String(cause);
    throw new BadArgument(`${why}. Write ${form}.`);
  }
}

/** Without a key the worker is told which user of this machine asks. */
export function authorOf(client: ControllerClient, environment: NodeJS.ProcessEnv): { readonly by?: string } {
  const user = environment['USER'] || environment['USERNAME'];
  return client.hasKey || user === undefined ? {} : { by: user.slice(0, 64) };
}

/** One line on who has the say over the limit. */
export function standing({ mode, limit, inFlight, order, strategy }: ControllerState): string {
  const now = `limit ${limit}, ${inFlight} running`;
  if (order === undefined) return `${now} · ${mode} · ${strategy} sets the limit`;
  const end = order.until === undefined ? 'until flyball resume' : `until ${order.until}`;
  return `${now} · ${mode} by ${order.by} ${end}: ${order.reason}`;
}

function isState(answer: unknown): answer is ControllerState {
  return typeof answer === 'object' && answer !== null && 'mode' in answer && 'limit' in answer;
}

function isExplanation(answer: unknown): answer is Explanation {
  return typeof answer === 'object' && answer !== null && 'lines' in answer && Array.isArray(answer.lines);
}

function refusal(status: number, answer: unknown, base: string): FlyballError {
  const said = typeof answer === 'object' && answer !== null && 'error' in answer ? String(answer.error) : undefined;
  const [, code = 'REFUSED', text = said ?? 'The key is refused.'] = /^\[([A-Z_]+)\] (.*)$/s.exec(said ?? '') ?? [];
  if (status === 401) return new FlyballError('WRONG_KEY', `${text} Here: --key KEY, or FLYBALL_KEY.`);
  if (said === undefined) {
    return new FlyballError('NO_WORKER', `${base} answered ${status}, but not as a Flyball worker. Check --url.`);
  }
  return status === 400 ? new BadArgument(text, code) : new FlyballError(code, text);
}
