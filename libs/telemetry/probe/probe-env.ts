/** Secrets are not the probe's; the worker's node options (an inspector's port, a preloaded agent) are not meant for it. */
const withheld: ReadonlySet<string> = new Set([
  'API_KEYS',
  'ADMIN_KEYS',
  'QUEUE_PASSWORD',
  'RUNPOD_AI_API_KEY',
  // These may hold a password within an address.
  'QUEUE_URL',
  'HANDLER',
  'NODE_OPTIONS',
]);

/** The probe's environment: the worker's, without what it must not have, and with messages and numbers in plain C. */
export function probeEnv(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(([name]) => !withheld.has(name));
  return { ...Object.fromEntries(kept), LC_ALL: 'C' };
}
