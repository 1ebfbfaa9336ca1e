const letters: Readonly<Record<string, string>> = { debug: 'debug', info: 'info ', warn: 'WARN ', error: 'ERROR' };

/** A JSON log line as people read it on a terminal: time of day, level, message, how often it was held back. */
export function humanLine(json: string): string {
  const line = JSON.parse(json) as Readonly<Record<string, unknown>>;
  const { time, level, event, msg, repeated } = line;
  const often = typeof repeated === 'number' ? ` (${repeated} more)` : '';
  // Job ids and handlers' words must not move the reader's cursor.
  const said = String(msg).replace(/\p{Cc}/gu, ' ');
  return `${String(time).slice(11, 23)} ${letters[String(level)] ?? String(level)} ${String(event)}: ${said}${often}\n`;
}
