import type { Settings } from '#libs/config';

/** The settings the gateway reads. */
export interface GatewaySettings {
  readonly endpointId: string;
  readonly http: Pick<Settings['http'], 'apiKeys' | 'adminKeys' | 'webhookPrivate' | 'rateLimits' | 'takeHold'>;
}
