import { lookup as systemLookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { BadRequest } from '#libs/runpod';
import { isPublicAddress } from './public-address.ts';

/** Every address of a host name; rejects when it has none. */
export type Lookup = (hostname: string) => Promise<readonly string[]>;

export interface AddressCheckOptions {
  /** WEBHOOK_PRIVATE: every address will do. */
  readonly allowPrivate: boolean;
  readonly lookup?: Lookup;
}

/** A name server that does not answer must not hold a submission. */
const submitLookupMs = 1_000;

/** Keeps webhooks away from the machines around the server. */
export class AddressCheck {
  readonly #allowPrivate: boolean;
  readonly #lookup: Lookup;

  constructor({ allowPrivate, lookup = allAddresses }: AddressCheckOptions) {
    this.#allowPrivate = allowPrivate;
    this.#lookup = lookup;
  }

  /**
   * The check at submission. A name that has no address now passes: it is looked up again at each connection.
   * @throws {BadRequest} for what is no http(s) URL, or leads to a private address
   */
  async checkAtSubmission(webhook: string): Promise<void> {
    if (!URL.canParse(webhook)) throw new BadRequest('"webhook" is no URL. Send it as https://host/path.');
    const { protocol, hostname } = new URL(webhook);
    if (protocol !== 'http:' && protocol !== 'https:') {
      throw new BadRequest(`"webhook" must be an http or https URL, got ${protocol}// Send it as https://host/path.`);
    }
    const giveUp = new Promise<readonly string[]>((resolve) => {
      setTimeout(() => resolve([]), submitLookupMs).unref();
    });
    const addresses = Promise.race([this.addressesOf(hostname), giveUp]);
    await addresses.catch((error: unknown) => {
      if (error instanceof PrivateAddress) throw new BadRequest(error.message);
    });
  }

  /**
   * The addresses that may be connected to, all of them checked.
   * @throws {PrivateAddress} when one of them is not public
   */
  async addressesOf(hostname: string): Promise<readonly string[]> {
    const host = hostname.replace(/^\[(.*)\]$/, '$1');
    const addresses = isIP(host) === 0 ? await this.#lookup(host) : [host];
    if (!this.#allowPrivate && !addresses.every(isPublicAddress)) throw new PrivateAddress();
    return addresses;
  }
}

export class PrivateAddress extends Error {
  constructor() {
    super(
      '"webhook" leads to a private, loopback or link-local address. Use a public one, or set WEBHOOK_PRIVATE=true.',
    );
    this.name = 'PrivateAddress';
  }
}

async function allAddresses(hostname: string): Promise<readonly string[]> {
  return (await systemLookup(hostname, { all: true })).map(({ address }) => address);
}
