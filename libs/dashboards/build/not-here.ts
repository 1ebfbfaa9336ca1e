import type { families } from '#libs/observability';
import { series } from './selector.ts';
import { notHereValue } from './stat.ts';

type WantedField = (typeof families)['telemetry_field_available']['labels']['field'][number];

/**
 * The expression, and for devices that are heard and do not report `field` the value that {@link notHereValue} shows as
 * "N/A here": a device that cannot tell is no device that is silent. Both sides keep instance and gpu.
 */
export function orNotHere(expr: string, field: WantedField): string {
  const fields = series('telemetry_field_available', { field: `="${field}"` });
  return `max by (instance, gpu) (${expr}) or max by (instance, gpu) ((${fields} == 0) + ${notHereValue})`;
}
