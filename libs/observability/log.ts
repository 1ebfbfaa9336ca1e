import pino from 'pino';
import type { FlyballEvent } from './events.ts';
import { humanLine } from './human-line.ts';
import { logFields, safeText } from './log-fields.ts';
import type { LogLevel } from './log-events.ts';
import { logLine, periodLine, type LogLine } from './log-line.ts';
import { Repeats } from './repeats.ts';
import { SourceWatch } from './source-watch.ts';
import { telemetryLine } from './telemetry-line.ts';

export interface LogOptions {
  readonly level: LogLevel;
  /** The endpoint's name, on every line. */
  readonly queue?: string;
  /** Wall clock, ms since 1970. */
  readonly clock?: () => number;
  /** Takes each line with its line feed; the standard output when absent. */
  readonly write?: (line: string) => void;
  /** One readable line instead of JSON; on a terminal when absent. */
  readonly human?: boolean;
}

export interface Log {
  /** Writes the line an event deserves, if it deserves one; never throws. */
  readonly record: (event: FlyballEvent) => void;
  /** Writes what is still held back. */
  close(): void;
}

/** Events as JSON lines: `time level event msg` and what {@link logFields} lets through. */
export function createLog(options: LogOptions): Log {
  const { clock = Date.now, queue } = options;
  const destination = destinationOf(options);
  const logger = pino(
    {
      level: options.level,
      base: queue === undefined ? null : { queue },
      timestamp: () => `,"time":"${new Date(clock()).toISOString()}"`,
      formatters: { level: (level) => ({ level }) },
    },
    destination,
  );
  const repeats = new Repeats();
  const sources = new SourceWatch();
  let mode: string | undefined;

  const write = (line: LogLine | undefined): void => {
    if (line === undefined) return;
    logger[line.level]({ event: line.event, ...logFields(line.fields ?? {}) }, safeText(line.msg));
  };
  const tell = (line: LogLine | undefined): void => {
    if (line !== undefined && logger.isLevelEnabled(line.level)) write(repeats.pass(line, clock()));
  };

  return {
    record(event) {
      switch (event.type) {
        case 'period':
          tell(periodLine(event.record, mode));
          mode = event.record.mode;
          for (const line of repeats.overdue(clock())) write(line);
          return;
        case 'collection':
          return tell(sources.changed(event));
        case 'source-switched':
        case 'probe-restarted':
        case 'probe-abandoned':
        case 'probe-reaped':
        case 'probe-said':
          return tell(telemetryLine(event));
        default:
          return tell(inItsTrace(logLine(event), event));
      }
    },
    close() {
      for (const line of repeats.overdue(Infinity)) write(line);
      destination.flush();
    },
  };
}

/** The ids by which a log store finds the trace, and a trace its lines. */
function inItsTrace(line: LogLine | undefined, event: FlyballEvent): LogLine | undefined {
  if (line === undefined || !('trace' in event) || event.trace === undefined) return line;
  const { traceId, spanId } = event.trace;
  return { ...line, fields: { ...line.fields, traceId, spanId, traceFlags: '01' } };
}

function destinationOf({ write, human }: LogOptions): { write(line: string): void; flush(): void } {
  // Never waits for whoever reads the output; what a stuck reader leaves beyond 4 MB is dropped.
  const output = write === undefined ? pino.destination({ dest: 1, sync: false, maxLength: 4 * 2 ** 20 }) : undefined;
  const plain = write ?? ((line: string): void => void output?.write(line));
  const forPeople = human ?? (write === undefined && process.stdout.isTTY);
  return {
    write: forPeople ? (line) => plain(humanLine(line)) : plain,
    flush: () => output?.flushSync(),
  };
}
