import { createRequire } from 'node:module';
import { hostname } from 'node:os';

/** Who runs a job, as the six keys of an error name it. */
export interface Identity {
  readonly hostname: string;
  readonly workerId: string;
  readonly version: string;
}

export function identityOf(workerId: string, env: NodeJS.ProcessEnv): Identity {
  return { hostname: env['RUNPOD_POD_HOSTNAME'] ?? hostname(), workerId, version: `flyball/${packageVersion()}` };
}

function packageVersion(): string {
  const manifest: unknown = createRequire(import.meta.url)('flyball/package.json');
  return String((manifest as { readonly version: unknown }).version);
}
