import type { LogLevel } from '#libs/observability';

const levels: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];

/** `LOG_LEVEL`, else info; RunPod's own variable, which its images set, is honoured. */
export function logLevel(environment: NodeJS.ProcessEnv): LogLevel {
  const said = (environment['LOG_LEVEL'] ?? environment['RUNPOD_LOG_LEVEL'] ?? '').toLowerCase();
  return levels.find((level) => level === said) ?? 'info';
}
