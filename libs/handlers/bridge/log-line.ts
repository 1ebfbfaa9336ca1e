import type { LogLevel } from './frames.ts';

export interface LogLine {
  readonly level: LogLevel;
  readonly message: string;
  readonly jobId?: string;
}

const levels: Readonly<Record<string, LogLevel>> = {
  TRACE: 'debug',
  DEBUG: 'debug',
  INFO: 'info',
  TIP: 'info',
  WARN: 'warn',
  WARNING: 'warn',
  ERROR: 'error',
  CRITICAL: 'error',
  FATAL: 'error',
};

/**
 * A line that user code printed. RunPod's logger writes `{"requestId", "message", "level"}` where RUNPOD_ENDPOINT_ID is set,
 * `LEVEL  | message` elsewhere; anything else is `otherwise`: info, as frameworks print progress to stderr too.
 */
export function readLogLine(line: string, otherwise: LogLevel = 'info'): LogLine {
  // A progress bar rewrites its line: what stands at the end is what a terminal would show.
  const text = line.replace(/\r+$/, '').split('\r').at(-1) ?? '';
  const json = runpodLine(text);
  if (json !== undefined) return json;
  const word = /^\W{0,3}([A-Z]{3,8})\b/.exec(text)?.[1];
  return { level: (word === undefined ? undefined : levels[word]) ?? otherwise, message: text };
}

function runpodLine(text: string): LogLine | undefined {
  if (!text.startsWith('{"requestId"')) return undefined;
  try {
    const { requestId, message, level } = JSON.parse(text) as Readonly<Record<string, unknown>>;
    if (typeof message !== 'string') return undefined;
    const job = typeof requestId === 'string' ? { jobId: requestId } : {};
    return { level: levels[String(level)] ?? 'info', message, ...job };
  } catch {
    return undefined;
  }
}
