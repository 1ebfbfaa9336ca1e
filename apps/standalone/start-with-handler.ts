import { loadSettings } from '#libs/config';
import { createLog } from '#libs/observability';
import { builtInStrategies } from '#libs/strategies';
import type { StartOptions } from './index.ts';
import { startStandalone, type Running } from './start-standalone.ts';

/** `start()` behind the version check. SIGTERM and SIGINT stay the caller's: call `stop()` on them. */
export async function startWithHandler(options: StartOptions): Promise<Running> {
  const { strategies: own = [], settings: overrides = {}, ...handler } = options;
  const strategies = [...builtInStrategies, ...own];
  const settings = loadSettings(process.env, { strategies, overrides });
  const log = createLog({ level: settings.logLevel, queue: settings.endpointId });
  const environment = { ...process.env, ...overrides };
  const running = await startStandalone(settings, { handler, strategies, environment, log });
  return {
    ...running,
    async stop() {
      await running.stop();
      log.close();
    },
  };
}
