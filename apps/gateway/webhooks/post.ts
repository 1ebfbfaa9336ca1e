import { createHash, randomBytes } from 'node:crypto';
import { isIPv6, type LookupFunction } from 'node:net';
import { Agent, request } from 'undici';
import type { DueWebhook } from '#libs/queue';
import { newTraceparent } from '#libs/runpod';
import type { AddressCheck } from './address-check.ts';

/** Posts webhooks, connecting only to addresses that pass the check when the connection is made. */
export class WebhookPost {
  readonly #check: AddressCheck;
  readonly #agent: Agent;

  constructor(check: AddressCheck) {
    this.#check = check;
    this.#agent = new Agent({ connect: { lookup: checkedLookup(check) }, keepAliveTimeout: 1_000, pipelining: 1 });
  }

  /**
   * One try; answers with the receiver's status. Redirects are answers like others and not followed.
   * @throws {PrivateAddress} when the address is not allowed; other errors when there was no answer in time
   */
  async send(webhook: DueWebhook, signal: AbortSignal): Promise<number> {
    // An address in the URL itself is never looked up when connecting.
    await this.#check.addressesOf(new URL(webhook.url).hostname);
    const { statusCode, body } = await request(webhook.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'user-agent': 'Flyball',
        traceparent: webhook.traceparent ?? newTraceparent(randomBytes(24)),
        // The same for every try of one completion: what arrives twice can be told.
        'webhook-id': createHash('sha256').update(webhook.body).digest('hex').slice(0, 32),
      },
      body: webhook.body,
      dispatcher: this.#agent,
      signal,
    });
    await body.dump({ limit: 65_536 }).catch(() => undefined);
    return statusCode;
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
  }
}

function checkedLookup(check: AddressCheck): LookupFunction {
  return (hostname, options, callback) => void answerLookup(check, hostname, options.all === true, callback);
}

async function answerLookup(
  check: AddressCheck,
  hostname: string,
  wantsAll: boolean,
  callback: Parameters<LookupFunction>[2],
): Promise<void> {
  const found = await check.addressesOf(hostname).catch((error: Error) => error);
  const [first] = found instanceof Error ? [] : found;
  if (found instanceof Error) callback(found, '', 0);
  else if (wantsAll) callback(null, found.map(withFamily));
  else if (first === undefined) callback(new Error(`${hostname} has no address.`), '', 0);
  else callback(null, first, withFamily(first).family);
}

function withFamily(address: string): { address: string; family: number } {
  return { address, family: isIPv6(address) ? 6 : 4 };
}
