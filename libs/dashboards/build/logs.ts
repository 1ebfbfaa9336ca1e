/** The streams that hold the workers' log lines: `service_name` is what Loki makes of OpenTelemetry's `service.name`. */
const streams = '{service_name=~"flyball.*"}';

/** The log lines of one event. */
export function logsOf(event: string, queue = '$queue'): string {
  return `${streams} |= "${event}" | json | event="${event}" | queue=~"${queue}"`;
}
