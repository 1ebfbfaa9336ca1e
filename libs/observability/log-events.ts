/**
 * Every event of the log and its level: what alerts and searches go by. The words of a message may change, these do not.
 * `by-its-source`: a handler says itself how grave its line is.
 */
export const logEvents = {
  'attempt-started': 'debug',
  'http-request': 'debug',
  'job-taken': 'debug',
  'limit-held': 'debug',
  'telemetry-absent': 'debug',

  'guard-high-water': 'info',
  'guard-model': 'info',
  'handler-started': 'info',
  'job-finished': 'info',
  'late-failure': 'info',
  'limit-changed': 'info',
  'mode-changed': 'info',
  'modifier-unused': 'info',
  'no-telemetry': 'info',
  'operator-action': 'info',
  'probe-log': 'info',
  'probe-reaped': 'info',
  'process-started': 'info',
  'settings-loaded': 'info',
  'shutdown-phase': 'info',
  'signal-back': 'info',
  'signal-in-use': 'info',
  'sync-handler': 'info',
  'telemetry-answers': 'info',
  'telemetry-source': 'info',
  'worker-gone': 'info',
  'worker-joined': 'info',
  'worker-wants-replacement': 'info',

  'abandoned-job-not-cancelled': 'warn',
  'attempt-failed': 'warn',
  'attempt-not-reported': 'warn',
  'chunks-not-acknowledged': 'warn',
  'guard-off': 'warn',
  'guard-stale': 'warn',
  'handler-exited': 'warn',
  'handler-ignores-abort': 'warn',
  'handler-starting': 'warn',
  'keys-dropped': 'warn',
  'lease-lost': 'warn',
  'leases-not-kept': 'warn',
  'modifier-blocks': 'warn',
  'no-deadlines': 'warn',
  'non-finite-replaced': 'warn',
  'out-of-memory': 'warn',
  'outbox-retry': 'warn',
  'policy-clamped': 'warn',
  'probe-abandoned': 'warn',
  'probe-restarted': 'warn',
  'queue-checkpoint-failed': 'warn',
  'queue-reclaimed': 'warn',
  'queue-warning': 'warn',
  'setting-unknown': 'warn',
  'signal-lost': 'warn',
  'stop-ignored': 'warn',
  'strategy-failed': 'warn',
  'take-failed': 'warn',
  'telemetry-failed': 'warn',
  'telemetry-waits': 'warn',
  'webhook-not-settled': 'warn',
  'webhook-retry': 'warn',
  'webhooks-not-taken': 'warn',
  'worker-not-reported': 'warn',
  'worker-unhealthy': 'warn',

  'period-failed': 'error',
  'process-fatal': 'error',
  'record-dropped': 'error',
  'request-failed': 'error',
  'telemetry-none': 'error',

  'handler-log': 'by-its-source',
} as const;

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
export type LogEvent = keyof typeof logEvents;
type LevelOf<Event extends LogEvent> = (typeof logEvents)[Event] extends 'by-its-source'
  ? LogLevel
  : (typeof logEvents)[Event];

/** An event with the level that belongs to it; of one level where `Level` is given. */
export type LeveledEvent<Level extends LogLevel = LogLevel> = Extract<
  { [Event in LogEvent]: { readonly event: Event; readonly level: LevelOf<Event> } }[LogEvent],
  { readonly level: Level }
>;
