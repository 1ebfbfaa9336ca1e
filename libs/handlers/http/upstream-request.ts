import { isRecord } from '../user-code/returned.ts';

/** What is asked of the upstream for one job. */
export interface UpstreamRequest {
  readonly method: 'GET' | 'POST';
  /** Path and query. */
  readonly path: string;
  /** JSON text. */
  readonly body?: string;
  /** Its events are passed on as the text they are. */
  readonly raw: boolean;
}

/**
 * The input as JSON to the handler's own address; an input with `openai_route` goes to that route of the same server, with
 * `openai_input` as its body, by GET where there is none.
 * @returns a sentence where the route leads elsewhere
 */
export function upstreamRequest(input: unknown, base: URL): UpstreamRequest | string {
  const route = isRecord(input) ? input['openai_route'] : undefined;
  if (!isRecord(input) || typeof route !== 'string') {
    return { method: 'POST', path: `${base.pathname}${base.search}`, body: JSON.stringify(input ?? null), raw: false };
  }
  // `//host/…` is another server's address.
  const url = route.startsWith('/') && URL.canParse(route, base.href) ? new URL(route, base) : undefined;
  if (url === undefined || url.origin !== base.origin)
    return `openai_route ${JSON.stringify(route)} is no path such as "/v1/models"`;
  const path = `${url.pathname}${url.search}`;
  const body = input['openai_input'];
  return body === undefined || body === null
    ? { method: 'GET', path, raw: true }
    : { method: 'POST', path, body: JSON.stringify(body), raw: true };
}
