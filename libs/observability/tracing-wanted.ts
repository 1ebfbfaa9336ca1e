/** Standard variables any of which asks for traces; without one no OpenTelemetry module is loaded. */
const asking = ['OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'OTEL_TRACES_EXPORTER'] as const;

export function tracingWanted(environment: Readonly<Record<string, string | undefined>>): boolean {
  if (environment['OTEL_SDK_DISABLED']?.toLowerCase() === 'true') return false;
  if (environment['OTEL_TRACES_EXPORTER']?.trim() === 'none') return false;
  return asking.some((variable) => (environment[variable] ?? '').trim() !== '');
}
