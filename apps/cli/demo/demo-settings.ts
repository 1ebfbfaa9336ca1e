import { join } from 'node:path';
import { loadSettings, type Environment, type Settings } from '#libs/config';
import { builtInStrategies } from '#libs/strategies';

/** A queue of its own that is thrown away, a simulated device, and no keys: only this machine can reach it. */
export function demoSettings(folder: string, environment: Environment): Settings {
  const overrides = {
    QUEUE_URL: `sqlite:${join(folder, 'queue.db')}`,
    TELEMETRY_GPU: 'sim:ramp',
    BIND_ADDRESS: '127.0.0.1',
    PORT: environment['PORT'] ?? '0',
    API_KEYS: '',
    ADMIN_KEYS: '',
    RATE_LIMITS: 'false',
    HANDLER: '',
    DRAIN_TIMEOUT: '1s',
    // To the demo's own receiver, on the loopback.
    WEBHOOK_PRIVATE: 'true',
    // The picture's full width; less than the device can do, so that the bound is met where deadlines are far.
    CONCURRENCY_MAX: environment['CONCURRENCY_MAX'] ?? '24',
  };
  return loadSettings(environment, { strategies: builtInStrategies, overrides });
}
