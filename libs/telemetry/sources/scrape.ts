import { Agent, interceptors, request, type Dispatcher } from 'undici';
import { withoutSecrets } from '#libs/core';
import { CollectionError } from './collection-error.ts';

export interface ScrapeOptions {
  readonly signal: AbortSignal;
  /** Who is asked, for messages: `dcgm-exporter`, `model server`. */
  readonly server: string;
}

const largestBytes = 4 * 2 ** 20;

/**
 * The text of a page of metrics. A URL without a path means `/metrics`; a user and a password in it are sent as such.
 * @throws {CollectionError} error, timeout, or parse when the page is larger than 4 MiB
 */
export async function scrape(url: string, { signal, server }: ScrapeOptions): Promise<string> {
  const target = targetOf(url);
  // Of its own, so that no connection outlives the read: pages are far apart, and one that never ends is ended here.
  // The signal twice: that of the request ends nothing before there is a connection (undici 8).
  const agent = new Agent({ connect: { signal } });
  try {
    const response = await request(target.url, {
      headers: { accept: 'text/plain;version=0.0.4', 'accept-encoding': 'identity', ...target.headers },
      dispatcher: agent.compose(interceptors.redirect({ maxRedirections: 3 })),
      signal,
    });
    if (response.statusCode !== 200) throw refused(response.statusCode, target.shown, server);
    return await textOf(response.body, target.shown, server);
  } catch (error) {
    throw error instanceof CollectionError ? error : failureOf(error, { signal, shown: target.shown, server });
  } finally {
    await agent.destroy();
  }
}

interface Target {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** Without its secrets. */
  readonly shown: string;
}

function targetOf(text: string): Target {
  if (!URL.canParse(text) || !/^https?:/i.test(text)) {
    throw new CollectionError({
      result: 'error',
      message: `"${withoutSecrets(text)}" is not an http:// or https:// URL`,
      next: 'Give the whole URL, as in http://127.0.0.1:9400/metrics.',
    });
  }
  const url = new URL(text);
  const { username, password } = url;
  const login = Buffer.from(`${decoded(username)}:${decoded(password)}`).toString('base64');
  url.username = '';
  url.password = '';
  if (url.pathname === '/') url.pathname = '/metrics';
  const shown = withoutSecrets(url.href);
  return { url, shown, headers: username === '' && password === '' ? {} : { authorization: `Basic ${login}` } };
}

/** A lone `%` is no escape: it stands for itself. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

async function textOf(body: Dispatcher.ResponseData['body'], shown: string, server: string): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > largestBytes) {
      throw new CollectionError({
        result: 'parse',
        message: `the page of the ${server} at ${shown} is larger than ${largestBytes / 2 ** 20} MiB`,
        next: 'Point the URL at the exporter itself, not at something that collects from many.',
      });
    }
  }
  return Buffer.concat(chunks).toString('utf8');
}

function refused(status: number, shown: string, server: string): CollectionError {
  return new CollectionError({
    result: 'error',
    message: `the ${server} at ${shown} answered with status ${status}`,
    next: nextAfter(status, server),
  });
}

function nextAfter(status: number, server: string): string {
  if (status === 401 || status === 403) return 'Put a user and a password into the URL, or let this address in there.';
  if (status < 500) return 'Correct the path of the URL; it is mostly /metrics.';
  return `Look into the log of the ${server}.`;
}

function failureOf(
  error: unknown,
  { signal, shown, server }: { readonly signal: AbortSignal; readonly shown: string; readonly server: string },
): CollectionError {
  const next = `Check that the ${server} runs and that ${shown} is its address; in a container, 127.0.0.1 is the container itself.`;
  const code = codeOf(error);
  if (signal.aborted || /TIMEOUT|ETIMEDOUT/.test(code)) {
    return new CollectionError(
      { result: 'timeout', message: `the ${server} at ${shown} did not answer in time`, next },
      error,
    );
  }
  return new CollectionError(
    { result: 'error', message: `the ${server} at ${shown} cannot be read: ${words[code] ?? code}`, next },
    error,
  );
}

const words: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there (ECONNREFUSED)',
  ENOTFOUND: 'the name of the machine is not known here (ENOTFOUND)',
  EAI_AGAIN: 'the name of the machine cannot be looked up now (EAI_AGAIN)',
  EHOSTUNREACH: 'there is no way to that machine (EHOSTUNREACH)',
  ENETUNREACH: 'there is no way to that network (ENETUNREACH)',
  ECONNRESET: 'the connection was broken off (ECONNRESET)',
  UND_ERR_SOCKET: 'the connection was broken off',
};

/** The code, as in ECONNREFUSED, where there is one: several addresses tried give an error without a message. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return withoutSecrets(String(error));
  if ('code' in error && typeof error.code === 'string') return error.code;
  return withoutSecrets(error.message || error.name);
}
