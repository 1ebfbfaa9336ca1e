import type { TelemetryEvent } from '#libs/core';
import type { LogLine } from './log-line.ts';

type Switched = Extract<TelemetryEvent, { type: 'source-switched' }>;

/** The line of what happened to telemetry; that of a collection depends on those before it ({@link SourceWatch}). */
export function telemetryLine(event: Exclude<TelemetryEvent, { type: 'collection' }>): LogLine {
  switch (event.type) {
    case 'source-switched':
      return event.source === undefined ? noneLine(event) : switchLine(event, event.source);
    case 'probe-restarted': {
      const { cause, detail } = event;
      const msg = `the telemetry process is started anew (${cause}): ${detail}`;
      return { level: 'warn', event: 'probe-restarted', msg, fields: { cause, detail } };
    }
    case 'probe-abandoned': {
      const { pid, source } = event;
      const whose = source === undefined ? '' : `; ${source} is not asked again until it is gone`;
      const msg = `telemetry process ${pid} does not end and is left behind${whose}`;
      return { level: 'warn', event: 'probe-abandoned', msg, fields: { pid, source } };
    }
    case 'probe-reaped': {
      const { pid } = event;
      return {
        level: 'info',
        event: 'probe-reaped',
        msg: `telemetry process ${pid} has ended after all`,
        fields: { pid },
      };
    }
    case 'probe-said':
      return { level: 'info', event: 'probe-log', msg: event.text };
  }
}

function switchLine({ cause, detail }: Switched, source: string): LogLine {
  const how = { start: 'comes', failed: 'now comes', recovered: 'comes again' }[cause];
  const msg = `telemetry ${how} from ${source}${because(detail)}`;
  return { level: 'info', event: 'telemetry-source', msg, fields: { source, cause, detail } };
}

function noneLine({ cause, detail }: Switched): LogLine {
  const fields = { cause, detail };
  // Where there is no device this is how things are, not a fault.
  if (cause === 'start')
    return {
      level: 'info',
      event: 'no-telemetry',
      msg: `no source of TELEMETRY_GPU answers${because(detail)}`,
      fields,
    };
  const msg = `no source of TELEMETRY_GPU answers any more${because(detail)}`;
  return { level: 'error', event: 'telemetry-none', msg, fields };
}

function because(detail: string | undefined): string {
  return detail === undefined ? '' : ` (${detail})`;
}
