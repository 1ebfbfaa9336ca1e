export { createGatewayAdapter, type AdapterOptions } from './adapter.ts';
export { GatewayModule, type GatewayOptions } from './gateway.module.ts';
export type { GatewaySettings } from './settings.ts';
