import { loadSettings } from '#libs/config';
import { createLog } from '#libs/observability';
import { builtInStrategies } from '#libs/strategies';
import type { StartOptions } from './index.ts';
import { deviceLostStatus, startStandalone, type Running } from './start-standalone.ts';

/** `start()` behind the version check. */
export async function startWithHandler(options: StartOptions): Promise<Running> {
  const { strategies: own = [], settings: overrides = {}, ...handler } = options;
  const strategies = [...builtInStrategies, ...own];
  const settings = loadSettings(process.env, { strategies, overrides });
  const log = createLog({ level: settings.logLevel, queue: settings.endpointId });
  const environment = { ...process.env, ...overrides };
  const running = await startStandalone(settings, { handler, strategies, environment, log });
  const stop = async (): Promise<void> => {
    await running.stop();
    log.close();
  };
  const unlisten = stopOnSignals(stop);
  void running.deviceLost.then(stop).finally(() => process.exit(deviceLostStatus));
  return {
    ...running,
    async stop() {
      unlisten();
      await stop();
    },
  };
}

/** A signal that the program does not listen to itself drains before it ends the process. */
function stopOnSignals(stop: () => Promise<void>): () => void {
  const signals = (['SIGTERM', 'SIGINT'] as const).filter((signal) => process.listenerCount(signal) === 0);
  const onSignal = (): void => {
    void stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  for (const signal of signals) process.once(signal, onSignal);
  return () => {
    for (const signal of signals) process.removeListener(signal, onSignal);
  };
}
