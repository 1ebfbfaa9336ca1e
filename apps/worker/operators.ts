import type { FastifyRequest } from 'fastify';
import type { Settings } from '#libs/config';
import { keyCheck } from '../gateway/api-keys.ts';
import { Refusal } from '../gateway/refusal.ts';

/** Who may steer this worker: the holders of ADMIN_KEYS, of API_KEYS where there are none, else anybody who reaches it. */
export class Operators {
  readonly #labelOf: (header: string | undefined) => string | undefined;
  readonly #keys: string;

  constructor({ adminKeys, apiKeys }: Pick<Settings['http'], 'adminKeys' | 'apiKeys'>) {
    this.#labelOf = keyCheck(adminKeys.length > 0 ? adminKeys : apiKeys);
    this.#keys = adminKeys.length > 0 ? 'ADMIN_KEYS' : 'API_KEYS';
  }

  /** For Fastify's `onRequest`: refuses before the body is read. By the route that matched; a path has many spellings. */
  readonly door = (request: FastifyRequest): void => {
    if (request.routeOptions.url?.startsWith('/controller') === true) this.label(request);
  };

  /**
   * The label of the key; '' where no keys are set.
   * @throws {Refusal} 401
   */
  label(request: FastifyRequest): string {
    const label = this.#labelOf(request.headers.authorization);
    if (label !== undefined) return label;
    const text = `[WRONG_KEY] The operator's key is missing or wrong. Send "Authorization: Bearer KEY" with one of the worker's ${this.#keys}.`;
    throw new Refusal(401, text, { 'www-authenticate': 'Bearer' });
  }
}
